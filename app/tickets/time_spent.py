"""Time people spend on a ticket: entries of minutes, each its agent's own."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Base, Public, db
from app.errors import Forbidden, Invalid, NotFound
from app.people import Agent
from app.text import one_line
from app.tickets.changes import touch
from app.tickets.members import members
from app.tickets.ticket import Ticket

MOST = 24 * 60
"""Minutes of one entry: more than a day is two."""
NOTE = 300


class TimeEntry(Public, Base):
    """`at` is when the work was done."""

    __tablename__ = "time_entry"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(String(NOTE), default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)

    agent: Mapped[Agent] = relationship(lazy="joined")


def log(ticket: Ticket, minutes: int, *, agent: Agent, note: str = "", at: datetime | None = None) -> TimeEntry:
    """Note time spent and record `time.logged`; raise Invalid unless it is 1 to 1,440 minutes of the past."""
    entry = TimeEntry(
        ticket_id=ticket.id,
        agent_id=agent.id,
        minutes=_minutes(minutes),
        note=one_line(note, NOTE),
        at=_past(at or clock.now()),
    )
    entry.agent = agent
    db.session.add(entry)
    db.session.flush()
    touch(ticket, "time.logged", by=agent.actor, after=_told(entry), data=_data(entry))
    return entry


def amend(entry: TimeEntry, minutes: int, *, agent: Agent, note: str = "") -> bool:
    """Correct one's own entry and record `time.changed` with before and after; return whether it changed."""
    _hold(entry, agent)
    before = _told(entry)
    entry.minutes, entry.note = _minutes(minutes), one_line(note, NOTE)
    if before == _told(entry):
        return False
    touch(_ticket(entry), "time.changed", by=agent.actor, before=before, after=_told(entry), data=_data(entry))
    return True


def remove(entry: TimeEntry, *, agent: Agent) -> None:
    """Take one's own entry away and record `time.removed` with what it said."""
    _hold(entry, agent)
    ticket, before, data = _ticket(entry), _told(entry), _data(entry)
    db.session.delete(entry)
    db.session.flush()
    touch(ticket, "time.removed", by=agent.actor, before=before, data=data)


def entry(ticket: Ticket, public_id: str) -> TimeEntry:
    """Return an entry of a ticket; raise NotFound."""
    found = db.session.scalar(select(TimeEntry).where(TimeEntry.public_id == one_line(public_id, 36)))
    if found is None or found.ticket_id not in members(ticket):
        raise NotFound("There is no such entry.")
    return found


def entries(ticket: Ticket) -> list[TimeEntry]:
    """Return what was spent on a ticket and those merged into it, newest first."""
    query = select(TimeEntry).where(TimeEntry.ticket_id.in_(members(ticket)))
    return list(db.session.scalars(query.order_by(TimeEntry.at.desc(), TimeEntry.id.desc())))


def total(ticket: Ticket) -> int:
    """Return the minutes spent on a ticket and those merged into it."""
    query = select(func.sum(TimeEntry.minutes)).where(TimeEntry.ticket_id.in_(members(ticket)))
    return db.session.scalar(query) or 0


def _minutes(minutes: int) -> int:
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= MOST:
        raise Invalid("This is no time spent.", {"minutes": f"must be 1 to {MOST} whole minutes"})
    return minutes


def _past(at: datetime) -> datetime:
    if at > clock.now():
        raise Invalid("This has not happened yet.", {"at": "must not be in the future"})
    return at


def _hold(entry: TimeEntry, agent: Agent) -> None:
    db.session.flush()
    mine = select(TimeEntry).where(TimeEntry.id == entry.id).with_for_update(of=TimeEntry)
    if db.session.scalar(mine, execution_options={"populate_existing": True}) is None:
        raise NotFound("Somebody took this entry away just now.")
    if entry.agent_id != agent.id:
        raise Forbidden(f"{entry.agent.name} wrote this down; only they change it.")


def _ticket(entry: TimeEntry) -> Ticket:
    return db.session.get_one(Ticket, entry.ticket_id)


def _told(entry: TimeEntry) -> dict[str, object]:
    return {"minutes": entry.minutes, "note": entry.note, "at": entry.at.isoformat()}


def _data(entry: TimeEntry) -> dict[str, int]:
    return {"ticket": entry.ticket_id, "entry": entry.id, "minutes": entry.minutes}
