"""Adding departments and finding the one a mail, a form or an agent belongs to."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import selectinload

from app import events
from app.db import db
from app.departments.department import BusinessCalendar, Department, DepartmentAddress
from app.departments.membership import join
from app.errors import Conflict, Invalid, NotFound
from app.once import insert_once
from app.people import Agent
from app.text import one_line

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_RECIPIENTS = 500
"""How many addresses of one mail are looked at."""

# Asked with every mail; making the statements anew would cost more than asking them.
_BY_KEY = select(Department).where(Department.key == bindparam("key"))
_BY_ADDRESS = (
    select(DepartmentAddress.email, Department)
    .join(DepartmentAddress.department)
    .where(DepartmentAddress.email.in_(bindparam("names", expanding=True)))
)


def add(
    key: str,
    name: str,
    *,
    by: str,
    addresses: Iterable[str] = (),
    calendar: dict[str, Any] | None = None,
    members: Iterable[Agent] = (),
    is_default: bool = False,
) -> Department:
    """Return the department with this key, added if new, with these addresses and members added to it.

    `calendar` is the spec `app.sla` parses, checked by `sla.set_calendar`. The first department is the default one.
    Raise Invalid naming an unusable field, Conflict for an address of another department.
    """
    if not _KEY.fullmatch(key):
        raise Invalid(f"{key!r} is not a department key.", {"key": "must be lower-case letters, digits, - and _"})
    department = find(key) or _insert(key, name, calendar, by)
    if is_default or _find_default() is None:
        _make_default(department)
    for address in addresses:
        add_address(department, address, by=by)
    for agent in members:
        join(department, agent, by=by)
    return department


def default() -> Department:
    """Return the department for what nobody else owns; raise NotFound when there is none at all."""
    department = _find_default() or db.session.scalars(select(Department).order_by(Department.id).limit(1)).first()
    if department is None:
        raise NotFound("There is no department yet.")
    return department


def by_key(key: str) -> Department:
    """Return a department; raise NotFound that names the known keys."""
    department = find(key)
    if department is None:
        known = ", ".join(db.session.scalars(select(Department.key).order_by(Department.key)))
        raise NotFound(f"There is no department {key!r}; there are {known or 'none yet'}.")
    return department


def find(key: str) -> Department | None:
    """Return a department, or None where this desk has none of that key."""
    return db.session.scalars(_BY_KEY, {"key": one_line(key, 41)}).one_or_none()


def by_public_id(public_id: str) -> Department | None:
    """Return the department the outside names so."""
    query = select(Department).where(Department.public_id == one_line(public_id, 36))
    return db.session.scalars(query).one_or_none()


def for_addresses(addresses: list[str]) -> Department | None:
    """Return the department of the first address that has one, with or without a plus detail (RFC 5233)."""
    wanted = [one_line(address, 320).lower() for address in addresses[:_RECIPIENTS]]
    names = [name for address in wanted for name in dict.fromkeys((address, _without_detail(address)))]
    found: dict[str, Department] = dict(db.session.execute(_BY_ADDRESS, {"names": names}).all()) if names else {}
    return next((found[name] for name in names if name in found), None)


def all_departments() -> list[Department]:
    """Return every department by name, with its members and addresses."""
    query = select(Department).order_by(Department.name, Department.id)
    eager = (selectinload(Department.members), selectinload(Department.addresses), selectinload(Department.calendar))
    return list(db.session.scalars(query.options(*eager)))


def add_address(department: Department, email: str, *, by: str) -> bool:
    """Let mail to an address open tickets here; return whether that is new; raise Conflict when another has it."""
    address = one_line(email, 255).lower()
    if len(address) > 254 or "@" not in address:
        raise Invalid(f"{address!r} is not a mail address.", {"addresses": "must look like support@example.com"})
    if not insert_once(DepartmentAddress(email=address, department_id=department.id)):
        owner = db.session.get_one(DepartmentAddress, address).department
        if owner is not department:
            raise Conflict(f"{address} already belongs to {owner.name}.")
        return False
    db.session.expire(department, ["addresses"])
    events.record("department.address_added", by=by, subject=department.subject, data={"address": address})
    return True


def _find_default() -> Department | None:
    return db.session.scalars(select(Department).where(Department.is_default).order_by(Department.id).limit(1)).first()


def _insert(key: str, name: str, calendar: dict[str, Any] | None, by: str) -> Department:
    name = one_line(name, 120) or key
    department = Department(key=key, name=name)
    if calendar is not None:
        department.calendar = BusinessCalendar(name=f"Hours of {key}", spec=calendar)
    if not insert_once(department):
        return by_key(key)
    events.record("department.added", by=by, subject=department.subject, data={"key": key, "name": name})
    return department


def _make_default(department: Department) -> None:
    db.session.execute(update(Department).where(Department.id != department.id).values(is_default=False))
    department.is_default = True


def _without_detail(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
