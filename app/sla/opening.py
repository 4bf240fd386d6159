"""When a department is open, for whoever has to say so."""

from datetime import datetime, timedelta

from app.departments import Department
from app.sla.desk_hours import calendar_of
from app.sla.due import add

_MICROSECOND = timedelta(microseconds=1)


def opens_at(department: Department, at: datetime) -> datetime | None:
    """Return the next opening as the department's own clocks show it; None when it is open at that moment.

    Raise BadCalendar for unusable opening hours.
    """
    calendar = calendar_of(department)
    if calendar.is_open(at):
        return None
    # The first microsecond of business time ends just after the opening.
    return (add(calendar, at, _MICROSECOND.total_seconds()) - _MICROSECOND).astimezone(calendar.zone)
