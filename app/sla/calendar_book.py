"""Calendars a manager keeps: each may be the opening hours of several departments."""

from typing import Any

from sqlalchemy import select

from app import events
from app.amending import amend
from app.db import db
from app.departments.department import BusinessCalendar, Department
from app.errors import Conflict, Invalid, NotFound
from app.once import insert_once
from app.sla.calendar import Calendar
from app.sla.desk_hours import departments_of, give
from app.sla.promises import changed
from app.sla.refusals import bad_calendar
from app.text import one_line

MOST_DAYS = 1_000
"""Holidays and special openings one calendar lists."""


def calendars() -> list[BusinessCalendar]:
    """Return every calendar by name."""
    return list(db.session.scalars(select(BusinessCalendar).order_by(BusinessCalendar.name)))


def calendar_by_public_id(public_id: str) -> BusinessCalendar:
    """Return the calendar the outside names so; raise NotFound."""
    named = select(BusinessCalendar).where(BusinessCalendar.public_id == one_line(public_id, 36))
    found = db.session.scalars(named).one_or_none()
    if found is None:
        raise NotFound("There is no such calendar.")
    return found


def checked_spec(spec: object) -> dict[str, Any]:
    """Return a calendar's plain data as it is kept; raise BadCalendar naming the field, also of a list too long."""
    for field in ("holidays", "openings"):
        if isinstance(spec, dict) and isinstance(listed := spec.get(field), list) and len(listed) > MOST_DAYS:
            raise bad_calendar(field, f"lists more than {MOST_DAYS} days")
    return Calendar.parse(spec).as_json()


def add_calendar(name: str, spec: object, *, by: str) -> BusinessCalendar:
    """Return a new calendar and record `calendar.added`; raise Invalid or BadCalendar naming the field."""
    row = BusinessCalendar(name=_name(name), spec=checked_spec(spec))
    if not insert_once(row):
        raise _taken(name)
    events.record("calendar.added", by=by, subject=f"calendar:{row.id}", after={"name": row.name, "spec": row.spec})
    return row


def change_calendar(row: BusinessCalendar, name: str, spec: object, *, by: str) -> bool:
    """Rename a calendar or give it other hours, and record `calendar.changed`; return whether it changed.

    `promises.changed` tells the open clocks of each department that works by it. Raise Invalid or BadCalendar naming
    the field.
    """
    wanted = {"name": _name(name), "spec": checked_spec(spec)}
    others = select(BusinessCalendar.id).where(BusinessCalendar.name == wanted["name"], BusinessCalendar.id != row.id)
    if db.session.scalar(others) is not None:
        raise _taken(name)
    hours = row.spec != wanted["spec"]
    if not amend(row, wanted, "calendar.changed", by=by, subject=f"calendar:{row.id}"):
        return False
    for department in departments_of(row) if hours else ():
        changed(f"department:{department.id}", by=by, department=department.id)
    return True


def use_calendar(row: BusinessCalendar, departments: list[Department], *, by: str) -> bool:
    """Let exactly these departments work by a calendar; those it is taken from work round the clock."""
    before = departments_of(row)
    left = [give(one, None, by=by) for one in before if one not in departments]
    joined = [give(one, row, by=by) for one in departments if one not in before]
    return any([*left, *joined])


def remove_calendar(row: BusinessCalendar, *, by: str) -> None:
    """Delete a calendar no department works by and record `calendar.removed`; raise Conflict for one in use."""
    if using := departments_of(row):
        names = ", ".join(one.name for one in using)
        raise Conflict(f"{names} work by this calendar; give them another one first.")
    events.record("calendar.removed", by=by, subject=f"calendar:{row.id}", before={"name": row.name, "spec": row.spec})
    db.session.delete(row)
    db.session.flush()


def _name(name: str) -> str:
    if not (line := one_line(name, 120)):
        raise Invalid("A calendar needs a name.", {"name": "is empty"})
    return line


def _taken(name: str) -> Invalid:
    return Invalid(f"There is a calendar {one_line(name, 120)} already.", {"name": "is taken"})
