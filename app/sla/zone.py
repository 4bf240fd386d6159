"""Where a time zone's offset changes. The standard library answers for a moment only, so the changes are searched."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.sla.moments import DAY, SECOND

_DAY_SECONDS = 86_400


class Span(NamedTuple):
    """A stretch of constant offset from `start` up to `end`; microseconds, wall clock = UTC + offset."""

    start: int
    end: int
    offset: int


def spans(timezone: str, start: int, end: int) -> Iterator[Span]:
    """Yield the spans covering `start` to `end`; neighbours may have the same offset."""
    if start >= end:
        return
    year = datetime.fromtimestamp(start // SECOND, UTC).year
    while start < end:
        for span in _year(timezone, year):
            if span.end > start and span.start < end:
                yield Span(max(span.start, start), min(span.end, end), span.offset)
        start = max(start, span.end)
        year += 1


def length_of_day(timezone: str, day: int) -> int:
    """Return the microseconds for which clocks show a date (days since 1970)."""
    midnight = day * DAY
    return sum(
        max(0, min(span.end + span.offset, midnight + DAY) - max(span.start + span.offset, midnight))
        for span in spans(timezone, midnight - 2 * DAY, midnight + 3 * DAY)
    )


@lru_cache(maxsize=8192)
def _year(timezone: str, year: int) -> tuple[Span, ...]:
    zone = ZoneInfo(timezone)
    begin, end = (int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) for y in (year, year + 1))
    found: list[Span] = []
    since, offset = begin, _offset(zone, begin)
    for probe in range(begin + _DAY_SECONDS, end + 1, _DAY_SECONDS):
        while _offset(zone, probe) != offset:
            change = _first_change(zone, max(since, probe - _DAY_SECONDS), probe)
            found.append(Span(since * SECOND, change * SECOND, offset * SECOND))
            since, offset = change, _offset(zone, change)
    if since < end:
        found.append(Span(since * SECOND, end * SECOND, offset * SECOND))
    return tuple(found)


def _first_change(zone: ZoneInfo, before: int, after: int) -> int:
    """Return the second at which the offset of `before` ends, knowing that it no longer holds at `after`."""
    offset = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, second: int) -> int:
    return int(datetime.fromtimestamp(second, zone).replace(tzinfo=UTC).timestamp()) - second
