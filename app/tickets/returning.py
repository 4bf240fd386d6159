"""Tickets go back into their queues when who held them does not work here any more."""

from sqlalchemy import func, select

from app.db import db
from app.departments import Department
from app.people import Agent
from app.tickets import changes
from app.tickets.assigning import assign
from app.tickets.ticket import OPEN_STATUSES, Ticket


def open_counts(agents: list[Agent]) -> dict[int, int]:
    """Return {agent id: how many open tickets they hold}; who holds none is left out."""
    held = (Ticket.assignee_id.in_([agent.id for agent in agents]), Ticket.status.in_(OPEN_STATUSES))
    query = select(Ticket.assignee_id, func.count()).where(*held).group_by(Ticket.assignee_id)
    return {ident: count for ident, count in db.session.execute(query) if ident is not None}


def open_by_department(agent: Agent) -> dict[str, int]:
    """Return {department's name: how many open tickets of it an agent holds}."""
    held = (Ticket.assignee_id == agent.id, Ticket.status.in_(OPEN_STATUSES))
    query = select(Department.name, func.count()).join(Ticket, Ticket.department_id == Department.id).where(*held)
    return dict(db.session.execute(query.group_by(Department.name).order_by(Department.name)).all())


def give_back(agent: Agent, *, by: str, reason: str = "") -> int:
    """Hand every open ticket of an agent to nobody, each recorded; return how many there were."""
    held = (Ticket.assignee_id == agent.id, Ticket.status.in_(OPEN_STATUSES))
    changes.hold_all(db.session.scalars(select(Ticket.id).where(*held)).all(), pass_over=False)
    theirs = list(db.session.scalars(select(Ticket).where(*held).order_by(Ticket.id)))
    return sum(assign(ticket, None, by=by, reason=reason or f"{agent.name} no longer works here") for ticket in theirs)
