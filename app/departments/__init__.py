"""Departments: the desks, their addresses, members and opening hours."""

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
    join,
    leave,
    of_agent,
)

__all__ = [
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
    "join",
    "leave",
    "of_agent",
]
