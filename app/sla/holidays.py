"""Holidays: dates on which nothing counts."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from app.sla.moments import shown
from app.sla.refusals import bad_calendar

_EPOCH = date(1970, 1, 1).toordinal()
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Holiday(NamedTuple):
    """A date on which the desk is closed, and what it is called, if known."""

    on: date
    name: str = ""

    @property
    def day(self) -> int:
        """Days since 1970-01-01."""
        return self.on.toordinal() - _EPOCH


def weekday(day: int) -> int:
    """Return 0 for Monday to 6 for Sunday of a day counted from 1970-01-01, a Thursday."""
    return (day + 3) % 7


def parse_holidays(listed: object) -> tuple[Holiday, ...]:
    """Return holidays in order from `["2026-12-25", {"date": "2026-12-26", "name": "Boxing Day"}]`.

    Raise BadCalendar for anything else; nothing at all is no holidays.
    """
    if listed is None:
        return ()
    if not isinstance(listed, list | tuple):
        raise bad_calendar("holidays", "must be a list of dates such as 2026-12-25")
    found: dict[date, Holiday] = {}
    for item in listed:
        holiday = _holiday(item)
        if holiday.name or holiday.on not in found:
            found[holiday.on] = holiday
    return tuple(found[on] for on in sorted(found))


def public_holidays(country: str, years: Iterable[int], subdivision: str | None = None) -> tuple[Holiday, ...]:
    """Return a country's public holidays (ISO 3166 codes) from the `holidays` library; raise BadCalendar if unknown."""
    import holidays

    try:
        known = holidays.country_holidays(country, subdiv=subdivision, years=list(years))
    except NotImplementedError as error:
        raise bad_calendar("country", f"the holidays of {shown(country)} are not known ({error})") from error
    return tuple(Holiday(on, known[on]) for on in sorted(known))


def _holiday(item: object) -> Holiday:
    text, name = (item.get("date"), item.get("name", "")) if isinstance(item, dict) else (item, "")
    if not isinstance(text, str) or not _DATE.fullmatch(text) or not isinstance(name, str):
        raise bad_calendar("holidays", f"{shown(item)} is not a date such as 2026-12-25")
    try:
        return Holiday(date.fromisoformat(text), name)
    except ValueError as error:
        raise bad_calendar("holidays", f"{shown(text)} is not in the calendar ({error})") from error
