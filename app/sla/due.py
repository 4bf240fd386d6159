"""Business time: when a budget is used up, and how much of one is used.

A budget that ends exactly at closing time is due at closing time; a start outside hours counts from the next opening;
time inside pauses does not count. Elapsed time is real time: see `calendar` for clock changes.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.sla.calendar import Calendar
from app.sla.count import Count
from app.sla.explain import Step, steps
from app.sla.moments import DAY, SECOND, from_us, in_reach, shown
from app.sla.pauses import Pause, in_order
from app.sla.refusals import BeyondHorizon, bad_question
from app.sla.trail import Mark, Trail

HORIZON = 36_525 * DAY
"""100 years: nothing is promised for later."""


@dataclass(frozen=True)
class Due:
    """When a budget is used up: `due_at` in the calendar's zone, or None while paused with `remaining_seconds` left."""

    due_at: datetime | None
    remaining_seconds: float
    calendar: Calendar
    budget_seconds: float
    marks: tuple[Mark, ...]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """How it came about, in order of time; the seconds of all steps add up to what is used of the budget."""
        return steps(self.calendar, self.marks, self.budget_seconds, self.remaining_seconds)


def due(calendar: Calendar, start: datetime, seconds: float, pauses: Iterable[Pause] = ()) -> Due:
    """Return when `seconds` of business time have passed since `start`.

    Raise BadQuestion for a budget that is not a positive number, a naive or remote start, an impossible pause, and
    BeyondHorizon when it takes more than 100 years.
    """
    budget = _budget(seconds)
    begun = in_reach(start, "start")
    count = Count(calendar, budget, Trail())
    paused = _run(count, begun, begun + HORIZON, pauses)
    if count.due is None and not paused:
        raise BeyondHorizon
    at = None if count.due is None else from_us(count.due, calendar.zone)
    return Due(at, count.left / SECOND, calendar, budget / SECOND, tuple(count.trail.marks))


def add(calendar: Calendar, start: datetime, seconds: float) -> datetime:
    """Return the moment `seconds` of business time after `start`, in the calendar's zone."""
    budget, begun = _budget(seconds), in_reach(start, "start")
    count = Count(calendar, budget, Trail(singly=0))
    _run(count, begun, begun + HORIZON, ())
    if count.due is None:
        raise BeyondHorizon
    return from_us(count.due, calendar.zone)


def elapsed(calendar: Calendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> float:
    """Return the seconds of business time from `start` to `end`; none have passed when `end` is not after `start`."""
    begun, ended = in_reach(start, "start"), in_reach(end, "end")
    if ended - begun > HORIZON:
        raise bad_question("end", "is more than 100 years after the start")
    count = Count(calendar, HORIZON + 1, Trail(singly=0))
    _run(count, begun, ended, pauses)
    return (HORIZON + 1 - count.left) / SECOND


def share(
    calendar: Calendar, start: datetime, seconds: float, fraction: float, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """Return when `fraction` (above 0, at most 1) of the budget is used, or None when a pause holds it before that."""
    if isinstance(fraction, bool) or not isinstance(fraction, int | float) or not 0 < fraction <= 1:
        raise bad_question("fraction", f"{shown(fraction)} is not above 0 and at most 1")
    return due(calendar, start, _budget(seconds) * fraction / SECOND, pauses).due_at


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """Return `at` itself when it is open then, otherwise the next opening, in the calendar's zone."""
    return from_us(in_reach(add(calendar, at, 1 / SECOND), "at") - 1, calendar.zone)


def _budget(seconds: object) -> int:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise bad_question("budget", f"{shown(seconds)} is not a number")
    if isinstance(seconds, float) and not math.isfinite(seconds):
        raise bad_question("budget", f"{seconds} is not a finite number")
    if seconds <= 0:
        raise bad_question("budget", "must be more than zero")
    if seconds > HORIZON // SECOND:
        raise BeyondHorizon
    budget = round(seconds * SECOND)
    if budget == 0:
        raise bad_question("budget", "is less than a microsecond")
    return budget


def _run(count: Count, start: int, end: int, pauses: Iterable[Pause]) -> bool:
    """Count from `start` to `end` around the pauses; tell whether it stopped in a pause that has not ended."""
    for paused, resumed in in_order(pauses):
        if resumed is not None and resumed <= start:
            continue
        if paused >= end:
            break
        if count.run(start, paused):
            return False
        count.pause(max(start, paused), resumed, end)
        if resumed is None:
            return True
        start = resumed
    count.run(start, end)
    return False
