"""Departments: the desks, their addresses, members and opening hours."""

from app.departments.changing import make_default, remove, remove_address, rename
from app.departments.department import BusinessCalendar, Department, DepartmentAddress
from app.departments.desks import (
    add,
    add_address,
    all_departments,
    by_key,
    by_public_id,
    default,
    for_addresses,
)
from app.departments.membership import PLACED, ids_of, join, leave, looks_after, names_of, of_agent, place

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
    "for_addresses",
    "ids_of",
    "join",
    "leave",
    "looks_after",
    "make_default",
    "names_of",
    "of_agent",
    "place",
    "remove",
    "remove_address",
    "rename",
]
