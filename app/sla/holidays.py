"""Holidays: dates on which nothing counts."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from app.sla.moments import shown
from app.sla.refusals import bad_calendar

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Whose holidays a country's calendar knows, as far as the library does."""

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


def parse_holidays(listed: object, field: str = "holidays") -> tuple[Holiday, ...]:
    """Return holidays in order from `["2026-12-25", {"date": "2026-12-26", "name": "Boxing Day"}]`.

    Raise BadCalendar for anything else; nothing at all is no holidays.
    """
    if listed is None:
        return ()
    if not isinstance(listed, list | tuple):
        raise bad_calendar(field, "must be a list of dates such as 2026-12-25")
    found: dict[date, Holiday] = {}
    for item in listed:
        holiday = _holiday(item, field)
        if holiday.name or holiday.on not in found:
            found[holiday.on] = holiday
    return tuple(found[on] for on in sorted(found))


def public_holidays(country: str, years: Iterable[int], subdivision: str | None = None) -> tuple[Holiday, ...]:
    """Return a country's public holidays (ISO 3166 codes) from the `holidays` library; raise BadCalendar if unknown."""
    import holidays

    subdivisions = countries().get(country)
    if subdivisions is None:
        raise bad_calendar("country", f"the holidays of {shown(country)} are not known; use a code such as DE")
    if subdivision and subdivision not in subdivisions:
        known = f"use one of {', '.join(subdivisions)}" if subdivisions else f"{country} has none"
        raise bad_calendar("subdivision", f"{shown(subdivision)} is not a part of {country}; {known}")
    kind = getattr(holidays, country)
    reach = [year for year in years if kind.start_year <= year <= kind.end_year]
    known_days = kind(subdiv=subdivision or None, years=reach, expand=False)
    return tuple(Holiday(on, known_days[on]) for on in sorted(known_days) if on.year in reach)


@cache
def countries() -> dict[str, list[str]]:
    """Return the countries whose holidays are known, by ISO 3166 code, each with the codes of its parts."""
    import holidays

    return {code: list(parts) for code, parts in sorted(holidays.list_supported_countries().items()) if len(code) == 2}


@lru_cache(maxsize=256)
def every_public_holiday(country: str, subdivision: str) -> tuple[Holiday, ...]:
    """Return a country's public holidays of all years a calendar of it is good for; raise BadCalendar if unknown."""
    return public_holidays(country, range(FIRST_YEAR, LAST_YEAR + 1), subdivision)


def _holiday(item: object, field: str) -> Holiday:
    text, name = (item.get("date"), item.get("name", "")) if isinstance(item, dict) else (item, "")
    if not isinstance(text, str) or not _DATE.fullmatch(text) or not isinstance(name, str):
        raise bad_calendar(field, f"{shown(item)} is not a date such as 2026-12-25")
    try:
        return Holiday(date.fromisoformat(text), name)
    except ValueError as error:
        raise bad_calendar(field, f"{shown(text)} is not in the calendar ({error})") from error
