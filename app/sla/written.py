"""Durations, hours and days as people write them, both ways."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from app.errors import Invalid
from app.sla.refusals import bad_calendar

_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_PART = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)\s*([a-z]+)")
_PERIOD = re.compile(r"(\d{1,2}(?::\d\d){0,2})\s*(?:-|–|to)\s*(\d{1,2}(?::\d\d){0,2})")
_ALL_DAY = {"24h", "24 h", "all day", "always"}
_CLOSED = {"", "-", "–", "closed"}
_LINE = re.compile(r"(\S+)(?:\s+(.*))?")


def read_duration(text: str, field: str) -> int | None:
    """Return the seconds of `30 min`, `2 h`, `1 h 30 min` or `3 d`, None for nothing; raise Invalid naming the field.

    A day is 24 hours and a week 168, of whatever hours they are counted in.
    """
    line = text.strip().lower()
    if line in {"", "-", "–", "none"}:
        return None
    parts = _PART.findall(line)
    left = _PART.sub("", line).replace(",", " ").strip()
    if not parts or left or any(unit not in _UNITS for _, unit in parts):
        raise Invalid("This is no duration.", {field: "must look like 30 min, 2 h or 3 d, or be empty for no promise"})
    seconds = sum(float(number.replace(",", ".")) * _UNITS[unit] for number, unit in parts)
    if not 0 < seconds <= 365 * _UNITS["d"] or seconds != int(seconds):
        raise Invalid("This cannot be promised.", {field: "must be from 1 s to 365 d, in whole seconds"})
    return int(seconds)


def write_duration(seconds: float | None) -> str:
    """Return seconds in the units people read: `30 min`, `1 h 30 min`, `3 d`; nothing for None."""
    if seconds is None:
        return ""
    left, parts = int(seconds), []
    for unit in ("d", "h", "min", "s"):
        count, left = divmod(left, _UNITS[unit])
        # Up to two days are read as hours.
        if unit == "d" and (count < 2 or (left and count < 3)):
            left += count * _UNITS["d"]
        elif count:
            parts.append(f"{count} {unit}")
    return " ".join(parts)


def read_hours(text: str, field: str) -> list[list[str]]:
    """Return the periods of `09:00-12:00, 13:00-17:00`, none for `closed`; raise BadCalendar naming the field."""
    line = text.strip().lower()
    if line in _CLOSED:
        return []
    if line in _ALL_DAY:
        return [["00:00", "24:00"]]
    periods = [_PERIOD.fullmatch(part.strip()) for part in re.split(r"[,;]", line)]
    if not all(periods):
        raise bad_calendar(field, "must look like 09:00-12:00, 13:00-17:00, or be closed")
    return [[_time(found[1]), _time(found[2])] for found in periods if found]


def write_hours(periods: Iterable[Iterable[str]]) -> str:
    """Return periods as `read_hours` reads them."""
    return ", ".join("–".join(period) for period in periods)


def read_holidays(text: str) -> list[Any]:
    """Return the holidays of lines such as `2026-12-24 Christmas Eve`."""
    return [{"date": day, "name": name} if name else day for day, name in _lines(text)]


def write_holidays(listed: Iterable[Any]) -> str:
    """Return holidays as lines."""
    pairs = ((one["date"], one.get("name", "")) if isinstance(one, dict) else (one, "") for one in listed)
    return "\n".join(f"{day} {name}".rstrip() for day, name in pairs)


def read_openings(text: str) -> list[dict[str, Any]]:
    """Return the special days of lines such as `2026-12-24 09:00-12:00 Christmas Eve`; raise BadCalendar."""
    found = []
    for day, rest in _lines(text):
        periods = re.match(rf"(?:{_PERIOD.pattern})(?:\s*[,;]\s*(?:{_PERIOD.pattern}))*", rest)
        if periods is None:
            raise bad_calendar("openings", f"{day!r:.40} needs hours, as in 2026-12-24 09:00-12:00 Christmas Eve")
        hours, name = read_hours(periods[0], "openings"), rest[periods.end() :].strip()
        found.append({"date": day, "hours": hours} | ({"name": name} if name else {}))
    return found


def write_openings(listed: Iterable[dict[str, Any]]) -> str:
    """Return special days as lines."""
    return "\n".join(f"{one['date']} {write_hours(one['hours'])} {one.get('name', '')}".rstrip() for one in listed)


def upcoming(listed: Iterable[Any], today: date) -> list[Any]:
    """Return the holidays that are not over."""
    return [one for one in listed if (one["date"] if isinstance(one, dict) else one) >= today.isoformat()]


def _lines(text: str) -> list[tuple[str, str]]:
    found = [_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    return [(line[1], (line[2] or "").strip()) for line in found if line]


def _time(text: str) -> str:
    hour, _, rest = text.partition(":")
    return f"{hour:0>2}:{rest or '00'}"
