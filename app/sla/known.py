"""Calendars read once per process: many clocks, questions and departments share one."""

import json
from functools import lru_cache

from app.sla.calendar import Calendar
from app.sla.refusals import bad_calendar


def known(spec: object) -> Calendar:
    """Return the calendar `Calendar.parse` makes of plain data; raise BadCalendar as it does."""
    try:
        canonical = json.dumps(spec, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise bad_calendar("file", f"is not plain data ({error})") from error
    return _parse(canonical)


@lru_cache(maxsize=1024)
def _parse(canonical: str) -> Calendar:
    return Calendar.parse(json.loads(canonical))
