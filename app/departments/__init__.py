"""Departments: the desks, their addresses, members and opening hours."""

from app.departments.changing import make_default, remove, remove_address, rename, set_addresses
from app.departments.department import BusinessCalendar, Department, DepartmentAddress
from app.departments.desks import (
    add,
    add_address,
    all_departments,
    by_key,
    by_public_id,
    default,
    find,
    for_addresses,
)
from app.departments.membership import ids_of, join, keys_of, leave, looks_after, names_of, of_agent, place
from app.departments.welcoming import PLACED, welcome

__all__ = [
    "PLACED",
    "BusinessCalendar",
    "Department",
    "DepartmentAddress",
    "add",
    "add_address",
    "all_departments",
    "by_key",
    "by_public_id",
    "default",
    "find",
    "for_addresses",
    "ids_of",
    "join",
    "keys_of",
    "leave",
    "looks_after",
    "make_default",
    "names_of",
    "of_agent",
    "place",
    "remove",
    "remove_address",
    "rename",
    "set_addresses",
    "welcome",
]
