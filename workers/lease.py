"""Keeps a slow job in its worker's hands for as long as the worker lives and works on it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy import Engine, update
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.config import settings
from app.db import db
from app.engine.models import Job

RENEWALS = 3
"""Renewals per lease, so that one that fails is made up for by the next."""
log = structlog.get_logger()


@contextmanager
def kept(job_id: int, fence: int) -> Iterator[None]:
    """Renew the lease of a claim while the enclosed work runs; a worker that is killed or stopped renews nothing."""
    over = threading.Event()
    seconds = settings().lease_seconds
    renewer = threading.Thread(target=_renew, args=(db.engine, job_id, fence, seconds, over), daemon=True)
    renewer.start()
    try:
        yield
    finally:
        over.set()
        renewer.join()


def _renew(engine: Engine, job_id: int, fence: int, seconds: float, over: threading.Event) -> None:
    mine = update(Job).where(Job.id == job_id, Job.state == "leased", Job.fence == fence)
    while not over.wait(seconds / RENEWALS):
        try:
            with engine.begin() as connection:
                renewed = connection.execute(mine.values(due_at=clock.now() + timedelta(seconds=seconds)))
        except SQLAlchemyError as error:
            log.warning("the lease could not be renewed", job=job_id, error=str(error))
            continue
        if renewed.rowcount != 1:
            return
