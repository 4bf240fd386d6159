"""Holidays out of an iCalendar file (RFC 5545): dates only, bounded, whatever the file holds."""

import time
from datetime import date, datetime, timedelta
from typing import Any

from app.sla.holidays import Holiday
from app.sla.refusals import BadCalendar, bad_calendar
from app.text import one_line

LARGEST = 1_000_000
"""Bytes of a file."""
EARLIEST = 1900
"""The year in which an event may begin to repeat."""
MOST_EVENTS = 3_000
MOST_RECURRING = 100
MOST_DAYS = 1_000
LONGEST = 366
"""Days one event may last."""
YEARS_BACK, YEARS_AHEAD = 1, 5
SECONDS = 5.0
"""How long a file may take to be read."""

_RHYTHMS = {"YEARLY", "MONTHLY", "WEEKLY"}


def holidays_of(content: bytes, today: date) -> tuple[list[Holiday], int]:
    """Return the whole days a file names from last year to five years ahead, and how many timed events it also holds.

    Repeating events count on each of their days. Raise BadCalendar with the field `ical` for a file that is none, is
    too large or asks for too much.
    """
    if len(content) > LARGEST:
        raise _refused(f"has more than {LARGEST:,} bytes")
    try:
        return _read(content, date(today.year - YEARS_BACK, 1, 1), date(today.year + YEARS_AHEAD, 12, 31))
    except BadCalendar:
        raise
    except Exception as error:  # whatever the libraries raise for what is no date, rule or file
        raise _refused(f"is no calendar file ({error})") from error


def _read(content: bytes, first: date, last: date) -> tuple[list[Holiday], int]:
    found: dict[date, str] = {}
    timed, deadline = 0, time.monotonic() + SECONDS
    for event in _events(content):
        if time.monotonic() > deadline:
            raise _refused("takes too long to read")
        if isinstance(_start(event), datetime):
            timed += 1
            continue
        for day in _days(event, first, last):
            found.setdefault(day, one_line(str(event.get("SUMMARY", "")), 120))
        if len(found) > MOST_DAYS:
            raise _refused(f"names more than {MOST_DAYS:,} days")
    return [Holiday(on, found[on]) for on in sorted(found)], timed


def _events(content: bytes) -> list[Any]:
    from icalendar import Calendar

    events = Calendar.from_ical(content).walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise _refused(f"holds more than {MOST_EVENTS:,} events")
    if sum("RRULE" in event or "RDATE" in event for event in events) > MOST_RECURRING:
        raise _refused(f"holds more than {MOST_RECURRING} repeating events")
    for event in events:
        _refuse_rhythm(event)
    return list(events)


def _refuse_rhythm(event: Any) -> None:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        rhythm = {str(one).upper() for one in rule.get("FREQ", [])}
        if not rhythm or not rhythm <= _RHYTHMS:
            raise _refused("repeats an event otherwise than yearly, monthly or weekly")
        if {"BYHOUR", "BYMINUTE", "BYSECOND"} & {str(key).upper() for key in rule}:
            raise _refused("repeats an event within a day")
        if any(int(one) < 1 for one in rule.get("INTERVAL", [])) or _start(event).year < EARLIEST:
            raise _refused(f"repeats an event without an end, or since before {EARLIEST}")


def _start(event: Any) -> date | datetime:
    found = getattr(event.get("DTSTART"), "dt", None)
    if not isinstance(found, date):
        raise _refused("holds an event without a date")
    return found


def _days(event: Any, first: date, last: date) -> list[date]:
    if "RRULE" not in event and "RDATE" not in event:
        return _span(event, first, last)
    import recurring_ical_events

    repeated = recurring_ical_events.of(_alone(event)).between(first, last + timedelta(days=1))
    return [day for one in repeated for day in _span(one, first, last)]


def _alone(event: Any) -> Any:
    from icalendar import Calendar

    alone = Calendar()
    alone.add_component(event)
    return alone


def _span(event: Any, first: date, last: date) -> list[date]:
    start = _start(event)
    end = getattr(event.get("DTEND"), "dt", None)
    lasts = getattr(event.get("DURATION"), "dt", None)
    days = (end - start).days if type(end) is date else lasts.days if isinstance(lasts, timedelta) else 1
    if days > LONGEST:
        raise _refused(f"holds an event of more than {LONGEST} days")
    # Counted, because a file may name the last day there is.
    span = (date.fromordinal(at) for at in range(start.toordinal(), min(start.toordinal() + max(days, 1), _END)))
    return [day for day in span if first <= day <= last]


_END = date.max.toordinal() + 1


def _refused(reason: str) -> BadCalendar:
    return bad_calendar("ical", f"the file {reason}"[:300])
