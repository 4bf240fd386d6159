"""When a desk is open. One definition carries every rule:

a moment is open when the wall clock of the calendar's zone then shows a date that is no holiday and a time inside that
weekday's hours. So an hour the clocks skip is never open, an hour they repeat is open twice, a day that is open all
round has 23 or 25 hours when the clocks change, and a holiday closes its date from midnight to midnight, night shifts
included. A special opening day has its own hours from midnight to midnight, whatever its weekday or a holiday says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from app.sla.holidays import Holiday, every_public_holiday, parse_holidays, weekday
from app.sla.hours import WEEK, Period, Week, parse_week, write_week
from app.sla.moments import DAY, shown, to_us
from app.sla.openings import Opening, parse_openings
from app.sla.refusals import bad_calendar

LONGEST_CLOSURE = 366
"""Days. A calendar closed for longer on end has no open time worth the name."""

_KEYS = {"name", "timezone", "hours", "holidays", "country", "subdivision", "openings"}


@dataclass(frozen=True)
class Calendar:
    """Opening hours in a time zone. Make one with `parse`."""

    timezone: str
    hours: Week
    holidays: tuple[Holiday, ...] = ()
    country: str = ""
    subdivision: str = ""
    openings: tuple[Opening, ...] = ()

    @classmethod
    def parse(cls, data: object) -> Self:
        """Return the calendar of `{"timezone", "hours", "holidays"?, "openings"?, "country"?, "subdivision"?}`.

        A `name` is let be. `country` adds its public holidays to those listed. Raise BadCalendar naming the field.
        """
        if not isinstance(data, Mapping):
            raise bad_calendar("file", "must be an object with timezone, hours and holidays")
        for key in data:
            if key not in _KEYS:
                raise bad_calendar(str(key), f"is not known; use {', '.join(sorted(_KEYS))}")
        calendar = cls(
            timezone=_zone(data.get("timezone")),
            hours=parse_week(data.get("hours")),
            holidays=parse_holidays(data.get("holidays")),
            country=_code(data, "country"),
            subdivision=_code(data, "subdivision"),
            openings=parse_openings(data.get("openings")),
        )
        if calendar.subdivision and not calendar.country:
            raise bad_calendar("subdivision", "needs a country")
        calendar._refuse_endless_closure()
        return calendar

    @classmethod
    def round_the_clock(cls, timezone: str = "UTC") -> Self:
        """Return the calendar that never closes."""
        return cls(_zone(timezone), (((0, DAY),),) * 7)

    def as_json(self) -> dict[str, Any]:
        """Return what `parse` reads, with night shifts cut at midnight."""
        listed = [{"date": h.on.isoformat(), "name": h.name} if h.name else h.on.isoformat() for h in self.holidays]
        plain: dict[str, Any] = {"timezone": self.timezone, "hours": write_week(self.hours), "holidays": listed}
        for key in ("country", "subdivision"):
            if code := getattr(self, key):
                plain[key] = code
        if self.openings:
            plain["openings"] = [opening.as_json() for opening in self.openings]
        return plain

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The same, made once; not to be changed."""
        return self.as_json()

    def is_open(self, at: datetime) -> bool:
        """Tell whether the desk is open at an aware moment."""
        to_us(at, "at")
        local = at.astimezone(self.zone)
        day = local.date().toordinal() - _EPOCH_ORDINAL
        clock = ((local.hour * 60 + local.minute) * 60 + local.second) * 1_000_000 + local.microsecond
        return any(a <= clock < b for a, b in self.periods_on(day))

    def periods_on(self, day: int) -> tuple[Period, ...]:
        """Return when it is open on a day counted from 1970-01-01."""
        if day in self.special_days:
            return self.special_days[day].periods
        return () if day in self.closed_days else self.hours[weekday(day)]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone's rules."""
        return ZoneInfo(self.timezone)

    @cached_property
    def special_days(self) -> dict[int, Opening]:
        """Special openings by days since 1970, in order."""
        return {opening.day: opening for opening in self.openings}

    @cached_property
    def closed_days(self) -> dict[int, Holiday]:
        """Holidays that take open time away, by days since 1970, in order."""
        public = every_public_holiday(self.country, self.subdivision) if self.country else ()
        known = {holiday.day: holiday for holiday in (*public, *self.holidays)}
        return {day: known[day] for day in sorted(known) if self.hours[weekday(day)] and day not in self.special_days}

    @cached_property
    def days_apart(self) -> tuple[int, ...]:
        """The days on which not just the hours of the week hold, for bisection."""
        return tuple(sorted({*self.closed_days, *self.special_days}))

    @cached_property
    def open_per_week(self) -> int:
        """Microseconds open in a week without holidays or clock changes."""
        return sum(end - start for periods in self.hours for start, end in periods)

    @cached_property
    def edges_of_week(self) -> tuple[Period, ...]:
        """For a week beginning on Monday to Sunday: its first opening and last closing, from its first midnight."""
        return tuple(self._edges(first) for first in range(7))

    @cached_property
    def never_closes_in_a_week(self) -> bool:
        """Whether only holidays ever close it."""
        return self.open_per_week == WEEK

    def _edges(self, first: int) -> Period:
        days = [self.hours[(first + later) % 7] for later in range(7)]
        periods = [(later * DAY + a, later * DAY + b) for later, day in enumerate(days) for a, b in day]
        return periods[0][0], periods[-1][1]

    def _refuse_endless_closure(self) -> None:
        run_start, expected = 0, None
        for day in self.days_apart:
            if day in self.special_days:
                expected = None
                continue
            if day != expected:
                run_start = day
            if day - run_start >= LONGEST_CLOSURE:
                opened = date.fromordinal(run_start + _EPOCH_ORDINAL)
                raise bad_calendar("holidays", f"there is no open time for more than a year from {opened} on")
            expected = next(later for later in range(day + 1, day + 8) if self.hours[weekday(later)])


_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def _code(data: Mapping[Any, Any], field: str) -> str:
    code = data.get(field) or ""
    if not isinstance(code, str):
        raise bad_calendar(field, f"{shown(code)} is not a code such as DE")
    return code


def _zone(name: object) -> str:
    if not isinstance(name, str) or name not in _zones():
        raise bad_calendar("timezone", f"{name!r:.60} is not a time zone such as Europe/Berlin")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime"})
