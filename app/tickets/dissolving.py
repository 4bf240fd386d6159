"""A department goes, if no ticket is there or ever was."""

from sqlalchemy import func, literal, select

from app import departments
from app.db import db
from app.departments import Department
from app.errors import Conflict
from app.paging import COUNTED
from app.tickets.ticket import OPEN_STATUSES, Ticket


def count_at(department: Department) -> int:
    """Return how many tickets a department has, done ones too, counted up to 10,000."""
    some = select(literal(1)).where(Ticket.department_id == department.id).limit(COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def open_counts() -> dict[int, int]:
    """Return {department id: how many open tickets it has}."""
    query = select(Ticket.department_id, func.count()).where(Ticket.status.in_(OPEN_STATUSES))
    return dict(db.session.execute(query.group_by(Ticket.department_id)).all())


def dissolve(department: Department, *, by: str) -> None:
    """Remove a department; raise Conflict saying what depends on it."""
    if count := count_at(department):
        told = f"{count:,}{'+' if count >= COUNTED else ''} ticket{'' if count == 1 else 's'}"
        raise Conflict(f"{department.name} has {told}; move them to another department first.")
    departments.remove(department, by=by)
