"""The clocks of a ticket: started once, brought up to date by whoever hears that something changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app import clock as time
from app import events
from app.db import db
from app.sla.clock_row import Clock
from app.sla.desk_hours import calendar_of
from app.sla.due import next_opening
from app.sla.past import course_of, halts
from app.sla.policy import KINDS, ROUNDS, Policy
from app.sla.policy_book import policy_for
from app.sla.reckoning import Reckoning, Terms, reckon
from app.tickets.changes import hold
from app.tickets.ticket import Ticket

OPEN = ("running", "paused")


def start(ticket: Ticket, *, by: str) -> list[Clock]:
    """Return the ticket's clocks, started if they were not; each new one records `clock.started`.

    They count from the ticket's creation. A clock that ended with the ticket and runs on since that was reopened is
    told as started again. What the policy did not promise before and does now is started, if it is still open. Raise
    NotFound without a policy, BadCalendar for unusable opening hours.
    """
    hold(ticket)
    begun = clocks_of(ticket)
    for row in begun:
        _take_up(row, by)
    return begun + _missing(ticket, begun, by)


def promise_again(ticket: Ticket, *, by: str) -> list[Clock]:
    """Start what the policy of a ticket with clocks did not promise and does now, and return its clocks."""
    hold(ticket)
    begun = clocks_of(ticket)
    if not begun:
        return []
    for row in begun:
        if row.state == "cancelled":
            _take_up(row, by)
    return begun + _missing(ticket, begun, by)


def _missing(ticket: Ticket, begun: list[Clock], by: str) -> list[Clock]:
    policy = policy_for(ticket)
    wanted = [kind for kind in KINDS if kind not in ROUNDS or (kind == "idle" and policy.first_response is None)]
    missing = [kind for kind in wanted if all(row.kind != kind for row in begun)]
    since = {"started_at": ticket.created_at, "after_message": 0, "round": 1}
    fresh = [Clock(ticket_id=ticket.id, kind=kind, **since) for kind in missing]
    return begin(ticket, policy, fresh, by=by, late=bool(begun)) if fresh else []


def begin(ticket: Ticket, policy: Policy, fresh: list[Clock], *, by: str, late: bool = False) -> list[Clock]:
    """Return those of some new clocks that the policy promises, reckoned and recorded as `clock.started`.

    Of those that come `late` only what is still open.
    """
    calendar, changes, rows = calendar_of(ticket.department), halts(ticket), []
    for row in fresh:
        terms = Terms.of(policy, row.kind, calendar)
        if terms is None:
            continue
        found = reckon(row, terms, course_of(ticket, row, terms.paused_by, changes), time.now())
        if late and found.ended_at is not None:
            continue
        _apply(row, policy.id, terms, found)
        db.session.add(row)
        rows.append(row)
    db.session.flush()
    for row in rows:
        record("clock.started", row, by, ticket=ticket.id)
    return rows


def update(clock: Clock, *, by: str) -> dict[str, Any]:
    """Bring a clock up to date with its ticket, policy and opening hours, and return what a drawing needs to know.

    `{"state": "running|paused|ended", "kind", "why", "near_at", "due_at", "escalate_at", "alerted", "breached",
    "escalated", "later"}`, times in RFC 3339 or None. The policy and calendar of today count from the start of the
    clock; one that has ended stays as it ended. One that ended because its ticket is resolved is told as paused, since
    the customer may yet reopen it. One the policy no longer promises is cancelled.
    """
    hold(clock)
    ticket = db.session.get_one(Ticket, clock.ticket_id)
    changes = halts(ticket)
    run = course_of(ticket, clock, clock.paused_by, changes)
    if clock.ended_at is None or clock.ended_at != run.ended_at:
        policy = policy_for(ticket)
        terms = Terms.of(policy, clock.kind, calendar_of(ticket.department))
        if terms is None:
            _cancel(clock, policy)
        else:
            found = reckon(clock, terms, course_of(ticket, clock, terms.paused_by, changes), time.now())
            before = clock.state
            _apply(clock, policy.id, terms, found)
            _tell(clock, before, found, by)
    return _told(clock, ticket)


def by_id(clock_id: int) -> Clock:
    """Return the clock with this key; raise sqlalchemy's NoResultFound for one that never was."""
    return db.session.get_one(Clock, clock_id)


def clocks_of(ticket: Ticket) -> list[Clock]:
    """Return a ticket's clocks in the order they were started; of those that come in rounds only the last."""
    newest = select(func.max(Clock.id)).where(Clock.ticket_id == ticket.id).group_by(Clock.kind)
    return list(db.session.scalars(select(Clock).where(Clock.id.in_(newest)).order_by(Clock.id)))


def _apply(clock: Clock, policy_id: int, terms: Terms, found: Reckoning) -> None:
    clock.policy_id, clock.budget, clock.calendar = policy_id, terms.budget, terms.calendar.spec
    clock.paused_by, clock.near_breach, clock.in_hours = sorted(terms.paused_by), terms.near_breach, terms.in_hours
    clock.state, clock.due_at, clock.near_at = found.state, found.due_at, found.near_at
    clock.paused_since, clock.ended_at = found.paused_since, found.ended_at
    clock.remaining = None if found.state == "running" else found.remaining


def _cancel(clock: Clock, policy: Policy) -> None:
    if clock.state in OPEN:
        clock.policy_id, clock.state, clock.ended_at = policy.id, "cancelled", time.now()
        clock.due_at = clock.near_at = clock.paused_since = None


def _tell(clock: Clock, before: str, found: Reckoning, by: str) -> None:
    if found.state == "missed" and clock.breached_at is None:
        clock.breached_at = found.due_at
        record("clock.breached", clock, by)
    if found.state == before:
        return
    if found.state == "met":
        record("clock.met", clock, by)
    elif found.state == "paused":
        record("clock.paused", clock, by)
    elif found.state == "running":
        record("clock.resumed", clock, by)


def _take_up(clock: Clock, by: str) -> None:
    ended = clock.ended_at is not None
    update(clock, by=by)
    if ended and clock.ended_at is None:
        record("clock.started", clock, by, ticket=clock.ticket_id)


def _told(clock: Clock, ticket: Ticket) -> dict[str, Any]:
    may_run_on = ticket.status == "resolved" and (
        clock.kind == "resolution" or (clock.kind == "first_response" and ticket.first_replied_at is None)
    )
    escalate_at = _escalate_at(clock)
    return {
        "state": clock.state if clock.state in OPEN else "paused" if may_run_on else "ended",
        "kind": clock.kind,
        "why": "idle" if clock.kind == "idle" else "breach",
        "near_at": _iso(clock.near_at),
        "due_at": _iso(clock.due_at),
        "escalate_at": _iso(escalate_at),
        "alerted": clock.alerted_at is not None or clock.kind == "idle",
        "breached": clock.breached_at is not None,
        "escalated": clock.escalated_at is not None,
        "later": clock.in_hours and escalate_at is not None and escalate_at > time.now(),
    }


def _escalate_at(clock: Clock) -> datetime | None:
    """Return when a manager may hear of a clock that ran out: at once, or when the desk opens next."""
    if clock.due_at is None or not clock.in_hours:
        return clock.due_at
    return next_opening(Terms.kept_by(clock).calendar, max(clock.due_at, time.now()))


def record(name: str, clock: Clock, by: str, **data: Any) -> None:
    """Record what happened to a clock on its ticket."""
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
