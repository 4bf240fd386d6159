"""A calendar at a glance: the week as bars, and the days ahead on which it does not hold."""

import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from app.sla.calendar import Calendar
from app.sla.hours import WEEKDAYS, write_day
from app.sla.moments import DAY

AHEAD = timedelta(days=366)
_EPOCH = date(1970, 1, 1)


class Bar(NamedTuple):
    """An open period of a day, in hundredths of the day."""

    start: float
    length: float


class Apart(NamedTuple):
    """A date with other hours than its weekday: closed, or open as `hours` say."""

    on: date
    name: str
    hours: str


def bars(calendar: Calendar) -> list[tuple[str, list[Bar]]]:
    """Return the days of the week with their open periods."""
    return [
        (day.capitalize(), [Bar(100 * start / DAY, 100 * (end - start) / DAY) for start, end in periods])
        for day, periods in zip(WEEKDAYS, calendar.hours, strict=True)
    ]


def coming(calendar: Calendar, today: date) -> list[Apart]:
    """Return the holidays and special days of the year ahead, in order."""
    first, last = (today - _EPOCH).days, (today + AHEAD - _EPOCH).days
    closed = [
        Apart(one.on, one.name or "Holiday", "") for day, one in calendar.closed_days.items() if first <= day < last
    ]
    special = [
        Apart(one.on, one.name or "Special day", ", ".join("–".join(pair) for pair in write_day(one.periods)))
        for day, one in calendar.special_days.items()
        if first <= day < last
    ]
    return sorted([*closed, *special])


@cache
def country_names() -> list[tuple[str, str]]:
    """Return the countries whose holidays are known, as (ISO 3166 code, name), by name."""
    from holidays.registry import COUNTRIES

    named = {codes[1]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", codes[0]) for codes in COUNTRIES.values()}
    return sorted(named.items(), key=lambda pair: pair[1])
