"""Moments as whole microseconds since 1970 UTC: integers keep every fraction and never round."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from app.sla.refusals import bad_question

SECOND = 1_000_000
DAY = 86_400 * SECOND
FIRST_YEAR, LAST_YEAR = 1900, 2500

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)


def read(text: object, field: str) -> datetime:
    """Return the aware datetime an RFC 3339 text means; raise BadQuestion naming `field`."""
    if not isinstance(text, str) or not (match := _RFC3339.fullmatch(text)):
        raise bad_question(field, f"{shown(text)} is not a moment such as 2026-03-02T09:00:00+01:00")
    if match["offset"] is None:
        raise bad_question(field, f"{shown(text)} has no offset; add Z or one such as +01:00")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise bad_question(field, f"{shown(text)} does not exist ({error})") from error


def to_us(at: datetime, field: str) -> int:
    """Return an aware datetime as microseconds since 1970 UTC; raise BadQuestion for a naive one."""
    if at.utcoffset() is None:
        raise bad_question(field, f"{at.isoformat()} has no offset")
    return (at - _EPOCH) // _MICROSECOND


def in_reach(at: datetime, field: str) -> int:
    """Return `to_us`; raise BadQuestion outside the years in which time zones and the horizon make sense."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise bad_question(field, f"the year {at.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return to_us(at, field)


def from_us(us: int, zone: ZoneInfo) -> datetime:
    """Return the moment as the clocks in `zone` show it, with the offset that holds then.

    The offset is fixed because Python compares and subtracts two times of one zone by wall clock, and calls a time in
    a repeated hour unequal to any other (PEP 495): both are wrong for deadlines.
    """
    local = (_EPOCH + timedelta(microseconds=us)).astimezone(zone)
    return local.replace(tzinfo=_fixed(local.utcoffset()), fold=0)


@cache
def _fixed(offset: timedelta | None) -> timezone:
    return timezone(offset or timedelta())


def rfc3339(at: datetime) -> str:
    """Return RFC 3339 text; an offset with seconds (historic) cannot be written, so it becomes UTC (section 4.3)."""
    offset = at.utcoffset()
    return (at if offset is not None and not offset.seconds % 60 else at.astimezone(UTC)).isoformat()


def number(us: int) -> int | float:
    """Return microseconds as seconds, a whole number where it is one."""
    return us // SECOND if us % SECOND == 0 else us / SECOND


def shown(value: object) -> str:
    """Return a value as it may stand in a sentence: quoted and short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
