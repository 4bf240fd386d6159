"""Why is it due then? The marks of a count, told to a person."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.sla.calendar import Calendar
from app.sla.hours import write_day
from app.sla.moments import DAY, from_us, number, rfc3339
from app.sla.trail import Kind, Mark
from app.sla.wording import days, moment, offset, span, stretch
from app.sla.zone import length_of_day

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Step:
    """One step of the way; `seconds` are those counted against the budget, `end` is None for a pause that lasts."""

    kind: Kind
    start: datetime
    end: datetime | None
    seconds: float
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return `{"kind", "from", "to", "seconds", "text"}` with RFC 3339 times."""
        return {
            "kind": self.kind,
            "from": rfc3339(self.start),
            "to": None if self.end is None else rfc3339(self.end),
            "seconds": self.seconds,
            "text": self.text,
        }


def steps(calendar: Calendar, marks: Sequence[Mark], budget: float, remaining: float) -> tuple[Step, ...]:
    """Return the marks as steps in the calendar's zone; budget and remaining in seconds."""
    told = _Teller(calendar, budget, remaining)
    return tuple(told.step(mark, first=number == 0) for number, mark in enumerate(marks))


def sentences(told: Iterable[Step]) -> list[str]:
    """Return what the steps say, one sentence or two per step."""
    return [step.text for step in told]


class _Teller:
    def __init__(self, calendar: Calendar, budget: float, remaining: float) -> None:
        self.calendar, self.budget, self.remaining = calendar, budget, remaining
        self.tell: dict[Kind, Callable[[Mark, datetime, datetime | None], str]] = {
            "counted": self._counted,
            "closed": lambda _mark, start, end: f"Closed {span(start, end)}.",
            "holiday": self._holiday,
            "opening": self._opening,
            "pause": self._pause,
            "dst": self._dst,
            "due": self._due,
        }

    def step(self, mark: Mark, first: bool) -> Step:
        zone = self.calendar.zone
        start = from_us(mark.start, zone)
        end = None if mark.end is None else from_us(mark.end, zone)
        text = self.tell[mark.kind](mark, start, end)
        if first and mark.kind == "closed" and end is not None:
            text = f"Started outside opening hours: closed {span(start, end)}."
        if mark.folded:
            text += f" {mark.folded} more closures, pauses or clock changes follow that are not listed."
        return Step(mark.kind, start, end, number(mark.counted), text)

    def _counted(self, mark: Mark, start: datetime, end: datetime | None) -> str:
        within = " within opening hours" if mark.joined else ""
        return f"Counted {stretch(number(mark.counted))}{within}: {span(start, end)}."

    def _holiday(self, mark: Mark, _start: datetime, _end: datetime | None) -> str:
        holiday = self.calendar.closed_days[mark.day]
        return f"Closed all {days(holiday.on)}: {holiday.name or 'holiday'}."

    def _opening(self, mark: Mark, _start: datetime, _end: datetime | None) -> str:
        special = self.calendar.special_days[mark.day]
        times = ", ".join(f"{opens}–{closes}" for opens, closes in write_day(special.periods))
        return f"Other hours on {days(special.on)}, open {times}: {special.name or 'special opening day'}."

    def _pause(self, _mark: Mark, start: datetime, end: datetime | None) -> str:
        if end is None:
            return f"Paused since {moment(start)}; {stretch(self.remaining)} left."
        return f"Paused {span(start, end)}; nothing counts."

    def _due(self, _mark: Mark, start: datetime, _end: datetime | None) -> str:
        return f"Due {moment(start)} ({offset(start)}): the budget of {stretch(self.budget)} is used up."

    def _dst(self, mark: Mark, _start: datetime, _end: datetime | None) -> str:
        before, after = mark.offsets
        showed, shows = (_EPOCH_CLOCK + timedelta(microseconds=mark.start + by) for by in mark.offsets)
        way = "forward" if after > before else "back"
        text = f"Clocks went {way} from {span(showed, shows)}"
        if after - before >= DAY:
            return f"{text}: {days(showed.date())} did not happen here."
        length = length_of_day(self.calendar.timezone, (shows.date() - _EPOCH).days)
        return f"{text}: this day has {length / (DAY // 24):g} hours."


_EPOCH_CLOCK = datetime.combine(_EPOCH, datetime.min.time())
