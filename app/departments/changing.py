"""Changing what a department is, and removing one nothing depends on."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app import events
from app.amending import amend
from app.db import db
from app.departments.department import Department, DepartmentAddress, DepartmentMember
from app.departments.desks import add_address
from app.errors import Conflict, Invalid
from app.text import one_line


def rename(department: Department, name: str, *, by: str) -> bool:
    """Call a department otherwise and record `department.changed`; its key stays, for tables name it by that."""
    wanted = one_line(name, 121)
    if not 1 <= len(wanted) <= 120:
        raise Invalid("A department needs a name.", {"name": "must have 1 to 120 characters"})
    return amend(department, {"name": wanted}, "department.changed", by=by, subject=department.subject)


def make_default(department: Department, *, by: str) -> bool:
    """Let what nobody else owns land in a department; return whether it did not."""
    if department.is_default:
        return False
    held = select(Department.id).order_by(Department.id).with_for_update(key_share=True)
    db.session.scalars(held).all()
    db.session.execute(update(Department).where(Department.id != department.id).values(is_default=False))
    return amend(department, {"is_default": True}, "department.changed", by=by, subject=department.subject)


def set_addresses(department: Department, emails: Iterable[str], *, by: str) -> None:
    """Let mail to exactly these addresses open tickets here; raise Conflict when another department has one."""
    wanted = {one_line(email, 255).lower() for email in emails}
    for row in list(department.addresses):
        if row.email not in wanted:
            remove_address(department, row.email, by=by)
    for email in sorted(wanted):
        add_address(department, email, by=by)


def remove_address(department: Department, email: str, *, by: str) -> bool:
    """Let mail to an address open no tickets here any more; return whether it did."""
    row = db.session.get(DepartmentAddress, one_line(email, 254).lower())
    if row is None or row.department_id != department.id:
        return False
    db.session.delete(row)
    db.session.flush()
    db.session.expire(department, ["addresses"])
    events.record("department.address_removed", by=by, subject=department.subject, data={"address": row.email})
    return True


def remove(department: Department, *, by: str) -> None:
    """Remove a department and its memberships, and record `department.removed`.

    Raise Conflict saying what depends on it: the default one and one with addresses stay.
    """
    if department.is_default:
        raise Conflict(f"{department.name} is the default department; make another one the default first.")
    if addresses := sorted(row.email for row in department.addresses):
        told = ", ".join(addresses[:3]) + (" and others" if len(addresses) > 3 else "")
        raise Conflict(f"Mail to {told} comes to {department.name}; take its addresses away first.")
    before = {"key": department.key, "name": department.name, "members": [agent.id for agent in department.members]}
    subject, name, ident = department.subject, department.name, department.id
    try:
        with db.session.begin_nested():
            db.session.execute(delete(DepartmentMember).where(DepartmentMember.department_id == ident))
            db.session.execute(delete(Department).where(Department.id == ident))
    except IntegrityError:
        raise Conflict(f"Something is set for {name} by itself, such as a promise; remove that first.") from None
    db.session.expunge(department)
    events.record("department.removed", by=by, subject=subject, before=before)
