"""The clocks of a ticket: started once, brought up to date by whoever hears that something changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock as time
from app import events
from app.db import db
from app.sla.clock_row import Clock
from app.sla.desk_hours import calendar_of
from app.sla.policy import KINDS, policy_for
from app.sla.reckoning import Reckoning, Terms, course_of, halts, reckon
from app.tickets.changes import hold
from app.tickets.flagging import flag
from app.tickets.ticket import Ticket

OPEN = ("running", "paused")


def start(ticket: Ticket, *, by: str) -> list[Clock]:
    """Return the ticket's clocks, started if they were not; each new one records `clock.started`.

    They count from the ticket's creation. A clock that ended with the ticket and runs on since that was reopened is
    told as started again. Raise NotFound without a policy, BadCalendar for unusable opening hours.
    """
    hold(ticket)
    if begun := clocks_of(ticket):
        for row in begun:
            _take_up(row, by)
        return begun
    policy, calendar, changes = policy_for(ticket), calendar_of(ticket.department), halts(ticket)
    rows = []
    for kind in KINDS:
        terms = Terms.of(policy, kind, calendar)
        row = Clock(ticket_id=ticket.id, kind=kind, started_at=ticket.created_at)
        _apply(row, policy.id, terms, reckon(row, terms, course_of(ticket, kind, terms.paused_by, changes), time.now()))
        db.session.add(row)
        rows.append(row)
    db.session.flush()
    for row in rows:
        _record("clock.started", row, by, ticket=ticket.id)
    return rows


def update(clock: Clock, *, by: str) -> dict[str, Any]:
    """Bring a clock up to date with its ticket, policy and opening hours, and return what a drawing needs to know.

    `{"state": "running|paused|ended", "near_at", "due_at", "alerted", "breached"}`, times in RFC 3339 or None. The
    policy and calendar of today count from the start of the clock; one that has ended stays as it ended. One that
    ended because its ticket is resolved is told as paused, since the customer may yet reopen it.
    """
    hold(clock)
    ticket = db.session.get_one(Ticket, clock.ticket_id)
    changes = halts(ticket)
    run = course_of(ticket, clock.kind, Terms.kept_by(clock).paused_by, changes)
    if clock.ended_at is None or clock.ended_at != run.ended_at:
        policy = policy_for(ticket)
        terms = Terms.of(policy, clock.kind, calendar_of(ticket.department))
        found = reckon(clock, terms, course_of(ticket, clock.kind, terms.paused_by, changes), time.now())
        before = clock.state
        _apply(clock, policy.id, terms, found)
        _tell(clock, before, found, by)
    return _told(clock, ticket)


def alert(clock: Clock, by: str) -> bool:
    """Note that a clock nears its breach and record `clock.near_breach`, once; return whether that was news."""
    hold(clock)
    if clock.alerted_at is not None or clock.state not in OPEN:
        return False
    clock.alerted_at = time.now()
    _record("clock.near_breach", clock, by)
    return True


def breach(clock: Clock, by: str) -> bool:
    """Note that a clock ran out and record `clock.breached`, once; return whether that was news.

    A clock that was answered, paused or prolonged in the meantime is not breached.
    """
    update(clock, by=by)
    if clock.breached_at is not None or clock.state != "running" or clock.due_at is None or clock.due_at > time.now():
        return False
    clock.breached_at = clock.due_at
    _record("clock.breached", clock, by)
    return True


def escalate(clock: Clock, by: str) -> bool:
    """Flag the ticket of a clock for its manager; return whether the flag is new."""
    return flag(db.session.get_one(Ticket, clock.ticket_id), "breach", by=by)


def by_id(clock_id: int) -> Clock:
    """Return the clock with this key; raise sqlalchemy's NoResultFound for one that never was."""
    return db.session.get_one(Clock, clock_id)


def clocks_of(ticket: Ticket) -> list[Clock]:
    """Return a ticket's clocks: first response, then resolution."""
    return list(db.session.scalars(select(Clock).where(Clock.ticket_id == ticket.id).order_by(Clock.id)))


def view(clock: Clock) -> dict[str, Any]:
    """Return a clock as the API shows it, as of now: times in RFC 3339, seconds of business time.

    `remaining_seconds` is negative when overdue; `due_at` and `near_at` are None while paused.
    """
    terms = Terms.kept_by(clock)
    ticket = db.session.get_one(Ticket, clock.ticket_id)
    found = reckon(clock, terms, course_of(ticket, clock.kind, terms.paused_by), time.now())
    return {
        "id": clock.public_id,
        "kind": clock.kind,
        "state": found.state,
        "started_at": clock.started_at.isoformat(),
        "due_at": _iso(found.due_at),
        "near_at": _iso(found.near_at),
        "remaining_seconds": found.remaining,
        "budget_seconds": clock.budget,
        "paused_since": _iso(found.paused_since),
        "ended_at": _iso(found.ended_at),
        "alerted": clock.alerted_at is not None,
        "breached": clock.breached_at is not None,
        "steps": found.steps,
    }


def _apply(clock: Clock, policy_id: int, terms: Terms, found: Reckoning) -> None:
    clock.policy_id, clock.budget, clock.calendar = policy_id, terms.budget, terms.calendar.as_json()
    clock.state, clock.due_at, clock.near_at = found.state, found.due_at, found.near_at
    clock.paused_since, clock.ended_at = found.paused_since, found.ended_at
    clock.remaining = None if found.state == "running" else found.remaining


def _tell(clock: Clock, before: str, found: Reckoning, by: str) -> None:
    if found.state == "missed" and clock.breached_at is None:
        clock.breached_at = found.due_at
        _record("clock.breached", clock, by)
    if found.state == before:
        return
    if found.state == "met":
        _record("clock.met", clock, by)
    elif found.state == "paused":
        _record("clock.paused", clock, by)
    elif found.state == "running":
        _record("clock.resumed", clock, by)


def _take_up(clock: Clock, by: str) -> None:
    ended = clock.ended_at is not None
    update(clock, by=by)
    if ended and clock.ended_at is None:
        _record("clock.started", clock, by, ticket=clock.ticket_id)


def _told(clock: Clock, ticket: Ticket) -> dict[str, Any]:
    may_run_on = ticket.status == "resolved" and (clock.kind == "resolution" or ticket.first_replied_at is None)
    return {
        "state": clock.state if clock.state in OPEN else "paused" if may_run_on else "ended",
        "near_at": _iso(clock.near_at),
        "due_at": _iso(clock.due_at),
        "alerted": clock.alerted_at is not None,
        "breached": clock.breached_at is not None,
    }


def _record(name: str, clock: Clock, by: str, **data: Any) -> None:
    events.record(
        name,
        by=by,
        subject=f"ticket:{clock.ticket_id}",
        ticket_id=clock.ticket_id,
        after={"state": clock.state, "due_at": _iso(clock.due_at)},
        data={"clock": clock.id, "kind": clock.kind, **data},
    )


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
