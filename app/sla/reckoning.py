"""Where a clock stands at a moment: the arithmetic applied to what happened to its ticket."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from app.sla.calendar import Calendar
from app.sla.clock_row import Clock
from app.sla.course import Course
from app.sla.due import Due, due, elapsed, share
from app.sla.known import known
from app.sla.policy import Policy


@dataclass(frozen=True)
class Terms:
    """What is promised: seconds of this calendar, which wait reasons pause it, and the share at which to alert.

    `in_hours`: a manager hears of a breach while the calendar is open.
    """

    budget: float
    calendar: Calendar
    paused_by: frozenset[str]
    near_breach: float
    in_hours: bool

    @classmethod
    def of(cls, policy: Policy, kind: str, calendar: Calendar) -> "Terms | None":
        """Return the terms of a policy for one kind of clock, or None where it promises nothing.

        The idle time runs round the clock unless a manager is to hear of it in working hours only.
        """
        budget = policy.budget(kind)
        if budget is None:
            return None
        if kind == "idle" and not policy.in_hours:
            calendar = known(Calendar.round_the_clock(calendar.timezone).spec)
        return cls(budget, calendar, policy.paused_by(kind), policy.near_breach, policy.in_hours)

    @classmethod
    def kept_by(cls, clock: Clock) -> "Terms":
        """Return the terms a clock was last reckoned with."""
        calendar = known(clock.calendar)
        return cls(clock.budget, calendar, frozenset(clock.paused_by), clock.near_breach, clock.in_hours)


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

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """Why it is due then, step by step."""
        return [step.as_json() for step in self.due.steps]


def reckon(clock: Clock, terms: Terms, run: Course, at: datetime) -> Reckoning:
    """Return where a clock stands at a moment. A budget used up before a pause stays due when it was due."""
    start, calendar, budget = clock.started_at, terms.calendar, terms.budget
    found = due(calendar, start, budget, run.pauses)
    near = None if clock.kind == "idle" else share(calendar, start, budget, terms.near_breach, run.pauses)
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


def moment(clock: Clock, terms: Terms, run: Course, part: float, minutes: float) -> datetime | None:
    """Return when this part of the budget and these minutes of business time are used up (UTC), None in a pause.

    What lies before the start is the start.
    """
    seconds = terms.budget * part + minutes * 60
    if seconds <= 0:
        return clock.started_at
    return _utc(due(terms.calendar, clock.started_at, seconds, run.pauses).due_at)


def _state(clock: Clock, run: Course, due_at: datetime | None) -> str:
    if run.ended_at is None:
        return "paused" if due_at is None else "running"
    if clock.breached_at is not None or (due_at is not None and run.ended_at > due_at):
        return "missed"
    return "cancelled" if run.given_up else "met"


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)
