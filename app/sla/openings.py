"""Special opening days: dates on which other hours hold than on their weekday, whatever else closes them."""

from datetime import date
from typing import Any, NamedTuple

from app.sla.holidays import Holiday, parse_holidays
from app.sla.hours import Period, parse_day, write_day
from app.sla.moments import shown
from app.sla.refusals import bad_calendar

_KEYS = {"date", "hours", "name"}


class Opening(NamedTuple):
    """A date, the periods it is open in, and why, if known."""

    on: date
    periods: tuple[Period, ...]
    name: str = ""

    @property
    def day(self) -> int:
        """Days since 1970-01-01."""
        return Holiday(self.on).day

    def as_json(self) -> dict[str, Any]:
        """Return what `parse_openings` reads."""
        plain = {"date": self.on.isoformat(), "hours": write_day(self.periods)}
        return plain | ({"name": self.name} if self.name else {})


def parse_openings(listed: object) -> tuple[Opening, ...]:
    """Return special days in order from `[{"date": "2026-12-24", "hours": [["09:00", "12:00"]], "name"?}]`.

    Raise BadCalendar for anything else, also for a date named twice.
    """
    if listed is None:
        return ()
    if not isinstance(listed, list | tuple):
        raise bad_calendar("openings", "must be a list of objects with date and hours")
    found: dict[date, Opening] = {}
    for item in listed:
        if not isinstance(item, dict) or set(item) - _KEYS:
            raise bad_calendar("openings", f"{shown(item)} is not an object with date, hours and name")
        [holiday] = parse_holidays([{"date": item.get("date"), "name": item.get("name", "")}], "openings")
        if holiday.on in found:
            raise bad_calendar("openings", f"{holiday.on} is there twice; write all its hours together")
        hours = parse_day(item.get("hours"), f"openings.{holiday.on}")
        found[holiday.on] = Opening(holiday.on, hours, holiday.name)
    return tuple(found[on] for on in sorted(found))
