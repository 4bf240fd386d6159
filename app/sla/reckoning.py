"""Where a clock stands at a moment: the arithmetic applied to what happened to its ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select

from app.db import db
from app.sla.calendar import Calendar
from app.sla.clock_row import Clock
from app.sla.course import Course, course
from app.sla.due import Due, due, elapsed, share
from app.sla.policy import Policy
from app.tickets.ticket import OPEN_STATUSES, StatusChange, Ticket

_RUNNING = sorted(set(OPEN_STATUSES) - {"waiting"})


@dataclass(frozen=True)
class Terms:
    """What is promised: seconds of this calendar, which wait reasons pause it, and the share at which to alert."""

    budget: float
    calendar: Calendar
    paused_by: frozenset[str]
    near_breach: float

    @classmethod
    def of(cls, policy: Policy, kind: str, calendar: Calendar) -> "Terms":
        """Return the terms of a policy for one kind of clock."""
        return cls(policy.budget(kind), calendar, policy.paused_by(kind), policy.near_breach)

    @classmethod
    def kept_by(cls, clock: Clock) -> "Terms":
        """Return the terms a clock was last reckoned with."""
        policy = db.session.get_one(Policy, clock.policy_id)
        return cls(clock.budget, Calendar.parse(clock.calendar), policy.paused_by(clock.kind), policy.near_breach)


@dataclass(frozen=True)
class Reckoning:
    """Times are UTC; `due_at` and `near_at` are None while a pause holds them. `remaining` is negative when overdue."""

    state: str
    due_at: datetime | None
    near_at: datetime | None
    remaining: float
    paused_since: datetime | None
    ended_at: datetime | None
    due: Due

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Why it is due then, step by step."""
        return [step.as_json() for step in self.due.steps]


def course_of(ticket: Ticket, kind: str, paused_by: frozenset[str], changes: Sequence[Any] | None = None) -> Course:
    """Return the course of a ticket's clock, read from its history unless its `halts` are given."""
    answered = ticket.first_replied_at if kind == "first_response" else None
    return course(halts(ticket) if changes is None else changes, paused_by, answered)


def halts(ticket: Ticket) -> Sequence[Any]:
    """Return the changes of status that may stop a clock or let it go on, oldest first."""
    # Changes between statuses that keep every clock running, as each round of a long conversation brings, say nothing.
    halting = or_(StatusChange.before.not_in(_RUNNING), StatusChange.after.not_in(_RUNNING))
    changes = select(StatusChange.at, StatusChange.after, StatusChange.wait_reason).where(
        StatusChange.ticket_id == ticket.id, halting
    )
    return db.session.execute(changes.order_by(StatusChange.at, StatusChange.id)).all()


def reckon(clock: Clock, terms: Terms, run: Course, at: datetime) -> Reckoning:
    """Return where a clock stands at a moment. A budget used up before a pause stays due when it was due."""
    start, calendar, budget = clock.started_at, terms.calendar, terms.budget
    found = due(calendar, start, budget, run.pauses)
    near = share(calendar, start, budget, terms.near_breach, run.pauses)
    used = elapsed(calendar, start, run.ended_at or at, run.pauses)
    state = _state(clock, run, found.due_at)
    return Reckoning(
        state=state,
        due_at=_utc(found.due_at),
        near_at=_utc(near),
        remaining=budget - used,
        paused_since=run.pauses[-1][0] if state == "paused" else None,
        ended_at=run.ended_at,
        due=found,
    )


def _state(clock: Clock, run: Course, due_at: datetime | None) -> str:
    if run.ended_at is None:
        return "paused" if due_at is None else "running"
    if clock.breached_at is not None or (due_at is not None and run.ended_at > due_at):
        return "missed"
    return "cancelled" if run.given_up else "met"


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)
