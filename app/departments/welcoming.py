"""Where somebody new belongs."""

from collections.abc import Iterable

from app.departments.department import Department
from app.departments.desks import default
from app.departments.membership import join
from app.people import Agent

PLACED = frozenset({"agent", "senior", "manager"})
"""Roles whose people are put into the default department when nobody says where they belong."""


def welcome(agent: Agent, wanted: Iterable[Department] | None, *, by: str) -> None:
    """Put a new agent into these departments; where nobody said which, into the default one if their role is PLACED."""
    if wanted is None and agent.role in PLACED:
        join(default(), agent, by)
    for department in wanted or ():
        join(department, agent, by)
