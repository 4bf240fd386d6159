"""Reading a rota from an iCalendar file (RFC 5545): whose shift it is says the attendee, else the summary.

A file comes from outside, and one line of it can mean millions of shifts: what it may ask for is bounded before any
repetition is counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from app import clock, events
from app.db import db
from app.departments import Department
from app.errors import Invalid
from app.oncall import rota
from app.oncall.slot import Slot
from app.people import Agent, all_agents
from app.text import one_line

AHEAD = timedelta(days=366)
MAX_BYTES, MAX_EVENTS, MAX_SLOTS = 512 * 1024, 2_000, 2_000
MAX_COUNTED = 200_000
"""Repetitions that are gone through, over all events, from their beginning."""
_FOLD = re.compile(r"\r?\n[ \t]")
_OFTEN = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)
_MANY = re.compile(r"BY(?:MINUTE|SECOND)=\d+,", re.IGNORECASE)
_PER_YEAR = {"YEARLY": 366, "MONTHLY": 366, "WEEKLY": 366, "DAILY": 366}


@dataclass(frozen=True)
class Imported:
    """How many slots a file gave, and what of it could not be used."""

    slots: int
    left_out: list[str] = field(default_factory=list)


def import_calendar(
    content: bytes, *, by: str, zone: str, name: str = "", department: Department | None = None
) -> Imported:
    """Put the shifts of the coming year into the rota, in place of those of earlier files; record `oncall.imported`.

    Times without a zone are in `zone`. Raise Invalid naming `file` or `zone` where nothing of it can be used.
    """
    here = _zone(zone)
    shifts, left_out = [], []
    agents = all_agents()
    for event in _expanded(_parsed(content)):
        found = _shift(event, here, agents)
        if isinstance(found, str):
            left_out.append(found)
        else:
            shifts.append(found)
    if not shifts:
        why = f"; {left_out[0]}" if left_out else ""
        raise Invalid(f"Nobody is on call by this file{why}.", {"file": f"holds no shift of a colleague{why}"})
    if len(shifts) > MAX_SLOTS:
        raise _refused(f"holds {len(shifts)} shifts; at most {MAX_SLOTS} are read")
    _replace(department)
    source = one_line(name, 120) or "calendar"
    for agent, starts_at, ends_at in sorted(shifts, key=lambda shift: shift[1]):
        rota.add(agent, starts_at, ends_at, by=by, department=department, source=source)
    told = {"slots": len(shifts), "file": source, "left_out": len(left_out)}
    subject = f"department:{department.id}" if department else "oncall"
    events.record("oncall.imported", by=by, subject=subject, after=told, data={"slots": len(shifts)})
    return Imported(len(shifts), list(dict.fromkeys(left_out)))


def _replace(department: Department | None) -> None:
    mine = Slot.department_id == department.id if department else Slot.department_id.is_(None)
    db.session.execute(delete(Slot).where(mine, Slot.source != "", Slot.ends_at > clock.now()))


def _zone(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ValueError, KeyError, OSError):
        raise Invalid(f"There is no time zone {zone[:40]!r}.", {"zone": "must look like Europe/Berlin"}) from None


def _refused(why: str) -> Invalid:
    return Invalid(f"This file {why}.", {"file": why})


def _parsed(content: bytes) -> Any:
    import icalendar  # here, because it weighs twenty megabytes and few ever need it

    if len(content) > MAX_BYTES:
        raise _refused(f"has {len(content):,} bytes; at most {MAX_BYTES:,} are read")
    text = content.decode("utf-8-sig", "replace")
    # Before anything is parsed: the repetitions of a time zone are gone through while it is read.
    plain = _FOLD.sub("", text)
    if _OFTEN.search(plain):
        raise _refused("repeats an event more often than daily")
    if _MANY.search(plain):
        raise _refused("repeats its events too often")
    try:
        found = icalendar.Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise _refused("is no iCalendar file (.ics)") from None
    if not isinstance(found, icalendar.Calendar):
        raise _refused("is no iCalendar file (.ics)")
    shifts = list(found.walk("VEVENT"))
    if len(shifts) > MAX_EVENTS:
        raise _refused(f"holds {len(shifts)} events; at most {MAX_EVENTS} are read")
    if sum(map(_counted, shifts)) > MAX_COUNTED:
        raise _refused("repeats its events too often")
    return found


def _counted(event: Any) -> float:
    """Return about how many repetitions are gone through to reach the coming year."""
    found = event.get("RRULE")
    rules = found if isinstance(found, list) else [found] if found else []
    total = 0.0
    for rule in rules:
        often = str(next(iter(rule.get("FREQ", [])), "")).upper()
        if often not in _PER_YEAR:
            raise _refused("repeats an event more often than daily")
        begins = getattr(event.get("DTSTART"), "dt", None)
        years = max(1, clock.now().year + 2 - begins.year) if isinstance(begins, date) else MAX_COUNTED
        total += years * _PER_YEAR[often] * max(1, len(rule.get("BYHOUR", [])))
    return total


def _expanded(calendar: Any) -> Iterator[Any]:
    import recurring_ical_events

    now = clock.now()
    try:
        yield from recurring_ical_events.of(calendar, skip_bad_series=True).between(now, now + AHEAD)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, ArithmeticError):
        raise _refused("has dates nobody can read") from None


def _shift(event: Any, here: tzinfo, agents: list[Agent]) -> tuple[Agent, datetime, datetime] | str:
    """Return who is on call from when to when, or why the event says nothing of that kind."""
    title = one_line(str(event.get("SUMMARY", "")), 80) or "an event without a title"
    agent = _agent(event, title, agents)
    if agent is None:
        return f"“{title}” names nobody who works here"
    try:
        starts_at, ends_at = _moment(event.start, here), _moment(event.end, here)
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        return f"“{title}” has dates nobody can read"
    if not starts_at < ends_at <= starts_at + rota.LONGEST:
        return f"“{title}” lasts no time or longer than {rota.LONGEST.days} days"
    return agent, starts_at, ends_at


def _moment(when: date, here: tzinfo) -> datetime:
    if not isinstance(when, datetime):
        return datetime.combine(when, time(), here)
    return when if when.tzinfo else when.replace(tzinfo=here)


def _agent(event: Any, title: str, agents: list[Agent]) -> Agent | None:
    invited = event.get("ATTENDEE", [])
    addresses = {
        str(one).lower().removeprefix("mailto:") for one in (invited if isinstance(invited, list) else [invited])
    }
    words = title.lower()
    if (found := next((agent for agent in agents if agent.email in addresses), None)) is not None:
        return found
    if (found := next((a for a in agents if a.email in words or a.name.lower() in words), None)) is not None:
        return found
    called = [agent for agent in agents if agent.name.lower().split()[0] in words.replace(",", " ").split()]
    return called[0] if len(called) == 1 else None
