"""What the benchmarks share: a desk in this process on a fresh SQLite file, its jobs run as a worker runs them."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app import create_app, departments, intake, people, relay
from app.config import settings
from app.db import db
from app.engine.models import Job
from app.migrating import upgrade
from app.tickets.ticket import Ticket
from workers import runner


@contextmanager
def desk(**environment: str) -> Iterator[Flask]:
    """Give an application with one agent, in its context; without AI and mail server, on SQLite unless told."""
    with tempfile.TemporaryDirectory(prefix="flowdesk-bench-") as home:
        for name in [name for name in os.environ if name.startswith(("FLOWDESK_", "OPENAI_"))]:
            del os.environ[name]
        os.environ.update({"FLOWDESK_DATA": home, **environment})
        settings.cache_clear()
        flask = create_app()
        upgrade(flask)
        with flask.app_context():
            agent = people.add("ann@desk.example", "Ann", "agent", by="system")
            departments.join(departments.by_key("support"), agent, by="system")
            relay.commit()
            yield flask
            db.session.remove()
            db.engine.dispose()


def open_ticket(number: int, body: str) -> int:
    """Open a ticket of a new customer, let its process come to its first person, and return its key."""
    ticket = intake.open_request(
        subject=body, body=body, email=f"eve{number}@acme.example", name="Eve", priority="medium", by="system"
    )
    relay.commit()
    ident = ticket.id
    work()
    return ident


def work() -> None:
    """Do every job that is asked for."""
    asked = select(Job.id).where(Job.state == "queued", Job.attempts == 0)
    while found := db.session.scalars(asked).all():
        db.session.rollback()
        for job_id in found:
            runner.run(job_id)
    db.session.rollback()


def agent() -> people.Agent:
    """Return the agent."""
    found = people.by_email("ann@desk.example")
    assert found is not None
    return found


def ticket(ident: int) -> Ticket:
    """Return a ticket as it is now."""
    return db.session.get_one(Ticket, ident)


def cpu(work_of: Callable[[], object]) -> float:
    """Return the milliseconds of CPU a piece of work takes in this process."""
    begun = time.process_time()
    work_of()
    return (time.process_time() - begun) * 1_000


def database() -> Path:
    """Return the file of the running desk."""
    return settings().data / "flowdesk.db"
