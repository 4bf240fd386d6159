"""Runs one job: quick ones walk on in one transaction, slow ones hold none while they talk to the world."""

import re
from contextlib import closing
from typing import Any

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError

from app import engine, relay
from app.db import db, execute
from app.engine import asking, jobs, walk
from app.engine.models import Job
from app.engine.operations import Operation, Phases, UnknownOperation
from app.errors import Trouble, Unreachable
from workers import lease

MAX_CHAIN = 100
MAX_CLAIMS = 2 * jobs.MAX_ATTEMPTS
"""Only a worker that dies claims a job more than MAX_ATTEMPTS times; this often is no chance."""
log = structlog.get_logger()
_JOBS = Job.metadata.tables[Job.__tablename__]
Claim = tuple[int, int | None, int]
"""A job's id, its instance's id if it has one, and the fence with which it was claimed."""
_WHAT = select(_JOBS.c.topic, _JOBS.c.instance_id).where(_JOBS.c.id == bindparam("which"))


def run(job_id: int) -> None:
    """Do a job if it is still to be done; every outcome is written down, nothing is raised."""
    try:
        found = execute(_WHAT, {"which": job_id}).one_or_none()
        if found is None:
            return
        operation = _operation(found.topic)
        if operation is None:
            _refuse(job_id, found.instance_id)
        elif operation.slow:
            _run_slow(job_id, operation)
        elif _run_quick(job_id, found.instance_id, chain=True) is False:
            # A job behind it failed and took this one's work along: go one by one, so that the right row fails.
            _run_quick(job_id, found.instance_id, chain=False)
    except Exception as error:
        db.session.rollback()
        log.exception("job failed outside its work", job=job_id, error=str(error))
    finally:
        db.session.remove()


def _operation(topic: str) -> Operation | None:
    try:
        return engine.operation(topic)
    except UnknownOperation:
        return None


def _refuse(job_id: int, instance_id: int | None) -> None:
    job = _held(job_id, instance_id)
    if job is not None:
        jobs.fail(job, f"No worker offers the operation “{job.topic}”.", retry=False)
    relay.commit()


def _held(job_id: int, instance_id: int | None) -> Job | None:
    """Claim a job for this transaction; None when it is done, dropped or in other hands."""
    if instance_id is not None:
        walk.live(instance_id)  # the instance is locked before its rows, everywhere, so that nobody deadlocks
    return jobs.claim(job_id)


def _run_quick(job_id: int, instance_id: int | None, *, chain: bool) -> bool:
    claimed = _held(job_id, instance_id)
    count = 0
    try:
        while claimed is not None:
            _work(claimed)
            count += 1
            claimed = _next_quick() if chain and count < MAX_CHAIN else None
        relay.commit()
    except Exception as error:
        db.session.rollback()
        if count and chain:
            return False
        _failed(job_id, instance_id, error)
    return True


def _work(job: Job) -> None:
    jobs.finish(job, engine.operation(job.topic).at_once(job.params))
    relay.settle()


def _next_quick() -> Job | None:
    for job in asking.asked():
        if job.state == "queued" and (found := _operation(job.topic)) is not None and not found.slow:
            job.state, job.attempts, job.fence = "leased", job.attempts + 1, job.fence + 1
            return job
    return None


def _failed(job_id: int, instance_id: int | None, error: Exception) -> None:
    log.warning("job failed", job=job_id, error=repr(error))
    claimed = _held(job_id, instance_id)
    if claimed is not None:
        jobs.fail(claimed, _sentence(error), retry=_outside(error), code=_code(error))
    relay.commit()


def _run_slow(job_id: int, operation: Operation) -> None:
    job = jobs.claim(job_id)
    if job is None:
        db.session.rollback()
        return
    claim, params = (job_id, job.instance_id, job.fence), dict(job.params)
    try:
        phases = _phases(operation, job.attempts, params)
        begun = _phase(phases)
        relay.commit()
    except Exception as error:
        db.session.rollback()  # and the claim with it
        _failed(job_id, claim[1], error)
        return
    try:
        with closing(phases):
            _through(phases, claim, *begun)
    except Exception as error:
        db.session.rollback()
        _fail_slow(claim, error)


def _phases(operation: Operation, claims: int, params: dict[str, Any]) -> Phases:
    if claims > MAX_CLAIMS:
        raise Trouble(f"No worker came back from it {MAX_CLAIMS} times; it may be what stops them.")
    phases: Phases = operation.call(**params)
    return phases


def _through(phases: Phases, claim: Claim, result: dict[str, Any] | None, over: bool) -> None:
    if not over:
        db.session.remove()
        with lease.kept(claim[0], claim[2]):
            result, over = _phase(phases)
        relay.commit()
    job = jobs.held(*claim)
    if job is None:
        db.session.rollback()
        return
    if not over:
        result, over = _phase(phases)
    jobs.finish(job, result)
    relay.commit()


def _phase(phases: Phases) -> tuple[dict[str, Any] | None, bool]:
    try:
        next(phases)
    except StopIteration as stop:
        return stop.value, True
    return None, False


def _fail_slow(claim: Claim, error: Exception) -> None:
    log.warning("job failed", job=claim[0], error=repr(error))
    job = jobs.held(*claim)
    if job is not None:
        jobs.fail(job, _sentence(error), retry=_outside(error), code=_code(error))
    relay.commit()


def _outside(error: Exception) -> bool:
    return isinstance(error, Unreachable | DBAPIError | OSError)


def _code(error: Exception) -> str:
    """Return the name by which a drawing may catch the failure, `not_found` for the trouble NotFound."""
    if _outside(error):
        return "unreachable"
    if isinstance(error, Trouble) and type(error) is not Trouble:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    return "failed"


def _sentence(error: Exception) -> str:
    return str(error) or type(error).__name__
