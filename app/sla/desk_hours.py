"""The opening hours of a department as a calendar that counts."""

from typing import Any

from sqlalchemy import select

from app import events
from app.db import db
from app.departments.department import BusinessCalendar, Department
from app.sla.calendar import Calendar
from app.sla.known import known
from app.sla.promises import changed


def calendar_of(department: Department) -> Calendar:
    """Return a department's calendar, which never closes where none is set; raise BadCalendar for an unusable one."""
    return known(department.calendar.spec) if department.calendar else Calendar.round_the_clock()


def set_calendar(department: Department, spec: dict[str, Any] | None, *, by: str, reason: str = "") -> bool:
    """Give a department opening hours of its own, or none (24/7); return whether they changed.

    Raise BadCalendar naming the field that cannot be used.
    """
    wanted = None if spec is None else Calendar.parse(spec).as_json()
    before = _summary(department.calendar)
    if before["hours"] == wanted:
        return False
    return _work_by(department, None if wanted is None else _own_calendar(department, wanted), before, by, reason)


def give(department: Department, calendar: BusinessCalendar | None, *, by: str, reason: str = "") -> bool:
    """Let a department work by a calendar, or round the clock by none; return whether that changed anything.

    Records `department.calendar_changed`, and `promises.changed` for the open clocks.
    """
    if department.calendar is calendar:
        return False
    return _work_by(department, calendar, _summary(department.calendar), by, reason)


def _work_by(
    department: Department, calendar: BusinessCalendar | None, before: dict[str, Any], by: str, reason: str
) -> bool:
    department.calendar = calendar
    db.session.flush()
    subject, now = f"department:{department.id}", _summary(calendar)
    events.record("department.calendar_changed", by=by, subject=subject, reason=reason, before=before, after=now)
    changed(subject, by=by, department=department.id)
    return True


def _summary(calendar: BusinessCalendar | None) -> dict[str, Any]:
    return {"calendar": calendar.name, "hours": calendar.spec} if calendar else {"calendar": None, "hours": None}


def _own_calendar(department: Department, spec: dict[str, Any]) -> BusinessCalendar:
    name = f"Hours of {department.key}"
    row = db.session.scalars(select(BusinessCalendar).filter_by(name=name)).one_or_none()
    if row is not None and row is not department.calendar and row.spec != spec and departments_of(row):
        name = f"{name} ({department.public_id})"  # others work by that one
        row = db.session.scalars(select(BusinessCalendar).filter_by(name=name)).one_or_none()
    row = row or BusinessCalendar(name=name)
    row.spec = spec
    return row


def departments_of(calendar: BusinessCalendar) -> list[Department]:
    """Return the departments that work by a calendar, by name."""
    return list(db.session.scalars(select(Department).filter_by(calendar_id=calendar.id).order_by(Department.name)))
