"""When somebody is away: planned ahead, from now on, and over."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from app import clock, events
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.people.agent import Absence, Agent
from app.text import one_line

NOTE = 200
MOST = 100
"""Absences of one agent that are not over yet."""


def plan(agent: Agent, starts_at: datetime, ends_at: datetime | None, *, by: str, note: str = "") -> Absence:
    """Return a new absence of an agent, until further notice without an end, and record `agent.absence_planned`.

    Raise Invalid naming the field of a time that cannot be.
    """
    if ends_at is not None and ends_at <= starts_at:
        raise Invalid("An absence ends after it begins.", {"ends_at": "must be after it begins"})
    if ends_at is not None and ends_at <= clock.now():
        raise Invalid("This absence would be over already.", {"ends_at": "is over already"})
    if len(ahead(agent)) >= MOST:
        raise Invalid(f"{agent.name} has {MOST} absences already.", {"starts_at": f"there are {MOST} absences already"})
    row = Absence(agent_id=agent.id, starts_at=starts_at, ends_at=ends_at, note=one_line(note, NOTE))
    db.session.add(row)
    db.session.flush()
    db.session.expire(agent, ["absent"])
    events.record("agent.absence_planned", by=by, subject=agent.actor, after=_told(row), data={"absence": row.id})
    return row


def cancel(absence: Absence, *, by: str) -> Agent:
    """End an absence now, or forget one that has not begun, and record `agent.absence_cancelled`; return its agent.

    Raise Conflict when it is over.
    """
    agent, now = db.session.get_one(Agent, absence.agent_id), clock.now()
    db.session.refresh(absence, with_for_update=True)
    if absence.ends_at is not None and absence.ends_at <= now:
        raise Conflict("This absence is over.")
    before, begun = _told(absence), absence.starts_at <= now
    if begun:
        absence.ends_at = now
    else:
        db.session.delete(absence)
    db.session.flush()
    db.session.expire(agent, ["absent"])
    after = _told(absence) if begun else None
    events.record("agent.absence_cancelled", by=by, subject=agent.actor, before=before, after=after)
    if begun:
        _back(agent, by)
    return agent


def _back(agent: Agent, by: str) -> None:
    events.record("agent.available", by=by, subject=agent.actor, data={"agent": agent.id})


def set_absent(agent: Agent, absent: bool, *, by: str, reason: str = "") -> bool:
    """Say that an agent is away from now on, or back, and record `agent.absent_changed`; return whether it changed.

    Nothing is assigned to who is away. Whoever is back keeps the absences planned for later.
    """
    now = clock.now()
    running = list(db.session.scalars(_of(agent).where(Absence.starts_at <= now).with_for_update()))
    if bool(running) == absent:
        return False
    if absent:
        db.session.add(Absence(agent_id=agent.id, starts_at=now, note=one_line(reason, NOTE)))
    for row in running:
        row.ends_at = now
    db.session.flush()
    db.session.expire(agent, ["absent"])
    before, after = {"absent": not absent}, {"absent": absent}
    events.record("agent.absent_changed", by=by, subject=agent.actor, reason=reason, before=before, after=after)
    if not absent:
        _back(agent, by)
    return True


def ahead(agent: Agent) -> list[Absence]:
    """Return the absences of an agent that are not over, the next one first."""
    return list(db.session.scalars(_of(agent).order_by(Absence.starts_at, Absence.id)))


def running() -> dict[int, Absence]:
    """Return {agent id: the absence they are on}, the one that lasts longest."""
    query = select(Absence).where(Absence.starts_at <= clock.now(), _not_over())
    return {row.agent_id: row for row in db.session.scalars(query.order_by(Absence.ends_at.nulls_last()))}


def coming() -> dict[int, Absence]:
    """Return {agent id: the next absence that has not begun}."""
    query = select(Absence).where(Absence.starts_at > clock.now()).order_by(Absence.starts_at.desc())
    return {row.agent_id: row for row in db.session.scalars(query)}


def by_public_id(agent: Agent, public_id: str) -> Absence:
    """Return an absence of an agent; raise NotFound."""
    wanted = (Absence.public_id == one_line(public_id, 36), Absence.agent_id == agent.id)
    found = db.session.scalars(select(Absence).where(*wanted)).one_or_none()
    if found is None:
        raise NotFound("There is no such absence.")
    return found


def _of(agent: Agent) -> Select[Absence]:
    return select(Absence).where(Absence.agent_id == agent.id, _not_over())


def _not_over() -> ColumnElement[bool]:
    return or_(Absence.ends_at.is_(None), Absence.ends_at > clock.now())


def _told(row: Absence) -> dict[str, str | None]:
    until = row.ends_at.isoformat() if row.ends_at else None
    return {"from": row.starts_at.isoformat(), "until": until, "note": row.note}
