"""The days a report is about, as the clocks of one time zone count them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from app import clock, departments, sla
from app.errors import Invalid, NotFound

LONGEST = timedelta(days=3660)
_FIRST, _LAST = date(2000, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Period:
    """From the first day's midnight to that after the last day, in `zone`; a day may have 23 or 25 hours."""

    first: date
    last: date
    zone: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The moment it begins, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The moment it is over, in UTC."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    def before(self) -> "Period":
        """Return the period of as many days that ends where this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.zone)

    def day_of(self, moment: datetime) -> date:
        """Return the day a moment falls on."""
        return moment.astimezone(ZoneInfo(self.zone)).date()


def of_last(days: int, zone: str = "") -> Period:
    """Return the last so many days, today included."""
    zone = zone or desk_zone()
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    return Period(today - timedelta(days=days - 1), today, zone)


def parse(first: str = "", last: str = "", zone: str = "", *, days: int = 30) -> Period:
    """Return the period of two dates, the last `days` where one is missing; raise Invalid naming the wrong field."""
    if zone and zone not in available_timezones():
        raise Invalid("This is not a time zone.", {"zone": f"{zone[:60]!r} is not one such as Europe/Berlin"})
    usual = of_last(days, zone)
    begin, end = _date("from", first), _date("to", last)
    end = end or max(usual.last, begin or usual.last)
    begin = begin or end - timedelta(days=days - 1)
    if begin > end:
        raise Invalid("The period ends before it begins.", {"to": "is before the first day"})
    if end - begin > LONGEST:
        raise Invalid("The period is too long.", {"from": f"must be at most {LONGEST.days} days before the last day"})
    return Period(begin, end, usual.zone)


def desk_zone() -> str:
    """Return the zone of the default department's opening hours, UTC where it never closes."""
    try:
        return sla.calendar_of(departments.default()).timezone
    except NotFound:
        return "UTC"


def _date(field: str, text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Invalid("This is not a date.", {field: f"{text[:40]!r} is not a date such as 2026-03-31"}) from None
    if not _FIRST <= found <= _LAST:
        raise Invalid("This date is too far away.", {field: f"must be from {_FIRST} to {_LAST}"})
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
