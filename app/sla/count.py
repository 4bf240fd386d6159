"""The walk through open time, day by day, or by whole weeks where nobody needs the days."""

from bisect import bisect_left
from collections.abc import Iterator

from app.sla.calendar import Calendar
from app.sla.holidays import weekday
from app.sla.hours import WEEK
from app.sla.moments import DAY
from app.sla.trail import Trail
from app.sla.zone import Span, spans


class Count:
    """A budget being used up, in microseconds: `left` of it, and `due` once nothing is left."""

    def __init__(self, calendar: Calendar, budget: int, trail: Trail) -> None:
        self.calendar = calendar
        self.left = budget
        self.due: int | None = None
        self.trail = trail
        self._offset: int | None = None
        self._fresh = True

    def run(self, start: int, end: int) -> bool:
        """Count open time from `start` to `end`; tell whether the budget is used up."""
        self._fresh = True
        return any(self._span(span) for span in self._spans(start, end))

    def pause(self, start: int, end: int | None, horizon: int) -> None:
        """Let a pause go by; clock changes inside it are still told."""
        self.trail.pause(start, end)
        if end is not None:
            for _ in self._spans(start, min(end, horizon)):
                continue

    def _spans(self, start: int, end: int) -> Iterator[Span]:
        for span in spans(self.calendar.timezone, start, end):
            if self._offset is not None and span.offset != self._offset:
                self.trail.shift(span.start, self._offset, span.offset)
            self._offset = span.offset
            yield span

    def _span(self, span: Span) -> bool:
        day, at = (span.start + span.offset) // DAY, span.start
        while at < span.end:
            midnight = day * DAY - span.offset
            if at == midnight and (weeks := self._whole_weeks(day, midnight, span.end)):
                opens, closes = self.calendar.edges_of_week[weekday(day)]
                self._count(at + opens, at + (weeks - 1) * WEEK + closes, weeks * self.calendar.open_per_week)
                day, at = day + 7 * weeks, at + weeks * WEEK
                continue
            end = min(midnight + DAY, span.end)
            if self._day(day, midnight, at, end):
                return True
            day, at = day + 1, end
        return False

    def _whole_weeks(self, day: int, midnight: int, end: int) -> int:
        """Return how many weeks from `day` hold no holiday, special day or change, nor the end of the budget."""
        if not (self.trail.full or self.calendar.never_closes_in_a_week):
            return 0
        apart = self.calendar.days_apart
        following = bisect_left(apart, day)
        weeks = min((end - midnight) // WEEK, (self.left - 1) // self.calendar.open_per_week)
        return weeks if following == len(apart) else min(weeks, (apart[following] - day) // 7)

    def _day(self, day: int, midnight: int, at: int, end: int) -> bool:
        if day in self.calendar.closed_days:
            self.trail.holiday(day, at, end)
            return False
        if day in self.calendar.special_days:
            self.trail.opening(day, at, end)
        periods = self.calendar.periods_on(day)
        if not periods:
            self.trail.closed(at, end)
            return False
        for opens, closes in periods:
            start, stop = max(midnight + opens, at), min(midnight + closes, end)
            if start >= stop:
                continue
            if self._fresh and start > at:
                self.trail.closed(at, start)
            if self._count(start, stop, stop - start):
                return True
        if self._fresh:
            self.trail.closed(at, end)
        return False

    def _count(self, start: int, end: int, open_time: int) -> bool:
        self._fresh = False
        if self.left <= open_time:
            end, open_time, self.due = start + self.left, self.left, start + self.left
        self.left -= open_time
        self.trail.counted(start, end, open_time, last=self.due is not None)
        if self.due is not None:
            self.trail.due(self.due)
        return self.due is not None
