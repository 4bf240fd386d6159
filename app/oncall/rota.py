"""The rota: slots by hand, who is on call at a moment, and where nobody is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app import events
from app.db import db
from app.departments import Department
from app.errors import Invalid
from app.oncall.slot import Slot
from app.people import Agent

LONGEST = timedelta(days=92)


@dataclass(frozen=True)
class Gap:
    """A time nobody is on call."""

    starts_at: datetime
    ends_at: datetime


def add(
    agent: Agent,
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: str,
    department: Department | None = None,
    source: str = "",
) -> Slot:
    """Put somebody on call for a department, or for the whole desk; raise Invalid naming a wrong field."""
    if not agent.active:
        raise Invalid(f"{agent.name} no longer works here.", {"agent": "is not active"})
    if ends_at <= starts_at:
        raise Invalid("This time ends before it begins.", {"ends_at": "must be after the beginning"})
    if ends_at - starts_at > LONGEST:
        raise Invalid("This is too long.", {"ends_at": f"must be at most {LONGEST.days} days after the beginning"})
    slot = Slot(agent=agent, department=department, starts_at=starts_at, ends_at=ends_at, source=source)
    db.session.add(slot)
    db.session.flush()
    after = {
        "agent": agent.id,
        "department": department.key if department else "",
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
    }
    if not source:  # a file is one change, however many slots it holds
        events.record("oncall.slot_added", by=by, subject=f"oncall:{slot.id}", after=after)
    return slot


def remove(slot: Slot, *, by: str) -> None:
    """Take a slot out of the rota."""
    before = {"agent": slot.agent_id, "starts_at": slot.starts_at.isoformat(), "ends_at": slot.ends_at.isoformat()}
    events.record("oncall.slot_removed", by=by, subject=f"oncall:{slot.id}", before=before)
    db.session.delete(slot)
    db.session.flush()


def on_call(moment: datetime, department: Department) -> list[Agent]:
    """Return who is on call then, each once: those of the department first, then those of the whole desk."""
    query = select(Slot).where(Slot.starts_at <= moment, Slot.ends_at > moment)
    mine = query.where((Slot.department_id == department.id) | Slot.department_id.is_(None))
    ordered = mine.order_by(Slot.department_id.is_(None), Slot.starts_at, Slot.id).options(joinedload(Slot.agent))
    found = (slot.agent for slot in db.session.scalars(ordered))
    return list(dict.fromkeys(agent for agent in found if agent.active and not agent.absent))


def coming(since: datetime, until: datetime, department: Department | None) -> tuple[list[Slot], list[Gap]]:
    """Return the slots of a department, or of the whole desk, that touch a time, and when nobody is on call in it.

    For a department those of the whole desk count too.
    """
    query = select(Slot).where(Slot.ends_at > since, Slot.starts_at < until).options(joinedload(Slot.agent))
    theirs = Slot.department_id.is_(None)
    mine = or_(theirs, Slot.department_id == department.id) if department is not None else theirs
    slots = list(db.session.scalars(query.where(mine).order_by(Slot.starts_at, Slot.id)))
    return slots, _gaps([slot for slot in slots if slot.agent.active and not slot.agent.absent], since, until)


def _gaps(slots: list[Slot], since: datetime, until: datetime) -> list[Gap]:
    found, covered = [], since
    for slot in slots:
        if slot.starts_at > covered:
            found.append(Gap(covered, slot.starts_at))
        covered = max(covered, slot.ends_at)
    return [*found, Gap(covered, until)] if covered < until else found


def local(text: str, zone: str, field: str) -> datetime:
    """Return the moment a clock in a zone shows as `2026-11-30T18:00`; raise Invalid naming the field."""
    try:
        naive = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("This is no date and time.", {field: "must look like 2026-11-30T18:00"}) from None
    try:
        return naive if naive.tzinfo else naive.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, KeyError, OSError):
        raise Invalid(f"There is no time zone {zone[:40]!r}.", {"zone": "must look like Europe/Berlin"}) from None
