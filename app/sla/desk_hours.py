"""The opening hours of a department as a calendar that counts."""

from typing import Any

from sqlalchemy import select

from app import events
from app.db import db
from app.departments import BusinessCalendar, Department
from app.sla.calendar import Calendar


def calendar_of(department: Department) -> Calendar:
    """Return a department's calendar, which never closes where none is set; raise BadCalendar for an unusable one."""
    return Calendar.parse(department.calendar.spec) if department.calendar else Calendar.round_the_clock()


def set_calendar(department: Department, spec: dict[str, Any] | None, *, by: str, reason: str = "") -> bool:
    """Give a department opening hours of its own, or none (24/7); return whether they changed.

    Raise BadCalendar naming the field that cannot be used.
    """
    wanted = None if spec is None else Calendar.parse(spec).as_json()
    before = department.calendar.spec if department.calendar else None
    if before == wanted:
        return False
    department.calendar = None if wanted is None else _own_calendar(department, wanted)
    events.record(
        "department.calendar_changed",
        by=by,
        subject=f"department:{department.id}",
        reason=reason,
        before={"calendar": before},
        after={"calendar": wanted},
    )
    return True


def _own_calendar(department: Department, spec: dict[str, Any]) -> BusinessCalendar:
    name = f"Hours of {department.key}"
    row = db.session.scalars(select(BusinessCalendar).filter_by(name=name)).one_or_none() or BusinessCalendar(name=name)
    row.spec = spec
    return row
