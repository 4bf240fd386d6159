"""Who sees which ticket: one rule, asked by every list and, through `app.sight`, by every door."""

from sqlalchemy import ColumnElement, or_, true

from app import departments
from app.people import Agent, permissions
from app.tickets.ticket import Ticket


def sees_all(agent: Agent | None) -> bool:
    """Tell whether a reader sees every ticket: some roles do, and so does the desk itself, which is nobody."""
    return agent is None or permissions.may(agent, "ticket.read_all")


def seen_by(agent: Agent | None) -> ColumnElement[bool]:
    """Return the condition on Ticket: those an agent holds and those of their departments, unless they see all."""
    if agent is None or sees_all(agent):
        return true()
    held, desks = Ticket.assignee_id == agent.id, departments.ids_of(agent)
    return or_(held, Ticket.department_id.in_(desks)) if desks else held


def sees(agent: Agent | None, ticket: Ticket) -> bool:
    """Tell whether an agent sees this one."""
    if agent is None or sees_all(agent) or ticket.assignee_id == agent.id:
        return True
    return ticket.department_id in departments.ids_of(agent)
