"""Incidents: what is stuck and why; a person retries it or skips it with a value."""

from typing import Any

from sqlalchemy import ColumnElement, select

from app import clock, events
from app.db import db
from app.engine import asking, jobs, timers, walk
from app.engine.models import Incident
from app.errors import Conflict, NotFound


def incidents(state: str = "open", *where: ColumnElement[bool], limit: int = 200) -> list[Incident]:
    """Return incidents, newest first."""
    query = select(Incident).where(Incident.state == state, *where).order_by(Incident.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def _open(public_id: str) -> Incident:
    found = db.session.scalar(select(Incident).where(Incident.public_id == public_id))
    if found is None:
        raise NotFound("There is no such incident.")
    if found.instance_id is not None:
        walk.live(found.instance_id)  # the instance is locked before its rows, everywhere, so that nobody deadlocks
    db.session.refresh(found, with_for_update=True)
    if found.state != "open":
        when = f" at {found.resolved_at:%Y-%m-%d %H:%M:%S} UTC" if found.resolved_at else ""
        raise Conflict(
            f"The incident was {found.state} by {found.resolved_by}{when}.", by=found.resolved_by, at=found.resolved_at
        )
    return found


def _resolve(found: Incident, state: str, by: str, data: dict[str, Any]) -> None:
    found.state, found.resolved_by, found.resolved_at = state, by, clock.now()
    events.record(f"incident.{state}", by=by, subject=f"incident:{found.id}", data={"element": found.element, **data})


def retry(public_id: str, *, by: str) -> Incident:
    """Try the stuck job or step again."""
    found = _open(public_id)
    if found.job is not None:
        found.job.state, found.job.attempts, found.job.due_at = "queued", 0, clock.now()
        asking.again(found.job)
    elif found.instance_id is not None:
        timers.try_again(found.instance_id, found.element)
        walk.resume(found.instance_id, found.element)
    _resolve(found, "retried", by, {})
    return found


def skip(public_id: str, result: dict[str, Any] | None, *, by: str) -> Incident:
    """Go on as if the stuck job had given this result; a step that failed by itself can only be retried."""
    found = _open(public_id)
    if found.job is None:
        raise Conflict("This step has no job to skip; mend the drawing or the data and retry.")
    jobs.finish(found.job, result)
    _resolve(found, "skipped", by, {"result": result})
    return found
