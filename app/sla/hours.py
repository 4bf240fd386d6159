"""Opening hours of a week, from what people write to what can be counted."""

import re
from itertools import pairwise
from typing import NamedTuple

from app.sla.moments import DAY, SECOND, shown
from app.sla.refusals import bad_calendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = 7 * DAY

Period = tuple[int, int]
"""From (counted) to (not counted), in microseconds of wall clock since midnight."""
Week = tuple[tuple[Period, ...], ...]
"""The periods of Monday to Sunday, in order, touching ones joined."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?|24:00(?::00)?")


class _Shift(NamedTuple):
    start: int
    end: int
    label: str


def parse_week(hours: object) -> Week:
    """Return the week of `{"mon": [["09:00", "17:00"]], …}`.

    A period whose end is before its start runs past midnight. Raise BadCalendar naming the day otherwise.
    """
    if not isinstance(hours, dict):
        raise bad_calendar("hours", "must be an object of weekdays")
    for key in hours:
        if key not in WEEKDAYS:
            raise bad_calendar("hours", f"{shown(key)} is not a weekday; use {', '.join(WEEKDAYS)}")
    shifts = sorted(
        _shift(pair, WEEKDAYS.index(day), f"hours.{day}")
        for day in WEEKDAYS
        if day in hours
        for pair in _pairs(f"hours.{day}", hours[day])
    )
    if not shifts:
        raise bad_calendar("hours", "there is no open time at all")
    _refuse_overlaps(shifts)
    return _by_day(shifts)


def parse_day(value: object, field: str) -> tuple[Period, ...]:
    """Return the periods of one date, in order, from `[["09:00", "12:00"]]`; they end with the day at the latest."""
    shifts = sorted(_shift(pair, 0, field) for pair in _pairs(field, value))
    if not shifts:
        raise bad_calendar(field, "there is no open time; a date without any is a holiday")
    for shift in shifts:
        if shift.end > DAY:
            raise bad_calendar(field, f"{shift.label} runs past midnight; end it at 24:00")
    for earlier, later in pairwise(shifts):
        if earlier.end > later.start:
            raise bad_calendar(field, f"{earlier.label} overlaps {later.label}")
    return _by_day(shifts)[0]


def write_day(periods: tuple[Period, ...]) -> list[list[str]]:
    """Return the periods of a day as `parse_day` reads them."""
    return [[_text(start), _text(end)] for start, end in periods]


def write_week(week: Week) -> dict[str, list[list[str]]]:
    """Return a week as `parse_week` reads it."""
    return {day: write_day(periods) for day, periods in zip(WEEKDAYS, week, strict=True) if periods}


def _pairs(field: str, value: object) -> list[list[str] | tuple[str, str]]:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise bad_calendar(field, 'must be a list of periods such as ["09:00", "17:00"]')
    for pair in value:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise bad_calendar(field, f'{shown(pair)} is not a period such as ["09:00", "17:00"]')
    return list(value)


def _shift(pair: list[str] | tuple[str, str], day: int, field: str) -> _Shift:
    start, end = (_clock(text, field) for text in pair)
    if start == DAY:
        raise bad_calendar(field, "a period cannot open at 24:00; write 00:00 on the next day")
    if start == end:
        raise bad_calendar(field, f"{pair[0]} to {pair[1]} has no length; a whole day is 00:00 to 24:00")
    length = (end - start) % DAY or DAY
    return _Shift(day * DAY + start, day * DAY + start + length, f"{field.rpartition('.')[2]} {pair[0]}-{pair[1]}")


def _clock(text: object, field: str) -> int:
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise bad_calendar(field, f"{shown(text)} is not a time such as 09:00, 17:30:15 or 24:00")
    if match[1] is None:
        return DAY
    return (int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)) * SECOND


def _refuse_overlaps(shifts: list[_Shift]) -> None:
    first = shifts[0]
    again = _Shift(first.start + WEEK, first.end + WEEK, first.label)
    for earlier, later in pairwise([*shifts, again]):
        if earlier.end > later.start:
            raise bad_calendar("hours", f"{earlier.label} overlaps {later.label}")


def _by_day(shifts: list[_Shift]) -> Week:
    """Return what falls on each day of a week, with the night shift of Sunday coming round to Monday."""
    pieces: list[list[Period]] = [[] for _ in WEEKDAYS]
    for shift in shifts:
        at = shift.start
        while at < shift.end:
            day, clock = divmod(at, DAY)
            closes = min(shift.end - day * DAY, DAY)
            pieces[day % len(WEEKDAYS)].append((clock, closes))
            at = day * DAY + closes
    return tuple(_joined(sorted(day)) for day in pieces)


def _joined(periods: list[Period]) -> tuple[Period, ...]:
    joined: list[Period] = []
    for start, end in periods:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _text(us: int) -> str:
    minutes, seconds = divmod(us // SECOND, 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{clock}:{seconds:02}" if seconds else clock
