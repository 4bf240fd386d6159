"""Which managers are told about a ticket."""

from sqlalchemy import select

from app.db import db
from app.people import Agent, by_id, may_lead
from app.tickets.ticket import Ticket


def whom(ticket: Ticket) -> list[Agent]:
    """Return the first there is of: the manager of who holds it, those of its department, all managers, all admins.

    Who is away is passed over as long as somebody of a later group is there.
    """
    groups = [_of_assignee(ticket), _of_department(ticket), _of_role("manager"), _of_role("admin")]
    present = [[agent for agent in group if not agent.absent] for group in groups]
    return next((group for group in (*present, *groups) if group), [])


def _of_assignee(ticket: Ticket) -> list[Agent]:
    holder = ticket.assignee
    manager = by_id(holder.manager_id) if holder is not None and holder.manager_id is not None else None
    return [manager] if manager is not None and may_lead(manager) else []


def _of_department(ticket: Ticket) -> list[Agent]:
    return [agent for agent in ticket.department.members if agent.role == "manager" and agent.active]


def _of_role(role: str) -> list[Agent]:
    return list(db.session.scalars(select(Agent).where(Agent.role == role, Agent.active).order_by(Agent.id)))
