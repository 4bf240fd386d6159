"""Taking tickets from the queue of a department: one, or whichever is next."""

from sqlalchemy import ColumnElement, Select, func, select

from app.db import db
from app.departments import Department
from app.departments.department import DepartmentMember
from app.errors import Conflict, NotFound
from app.people import Agent
from app.routing.transferring import to_agent
from app.tickets.changes import hold, holding, touch
from app.tickets.ticket import OPEN_STATUSES, Ticket

ORDER = (Ticket.rank.desc(), Ticket.created_at, Ticket.id)
"""In a queue: urgent ones on top, then those whose customer responded, then who waits longest."""


def waiting(*desks: int) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a ticket wait in the queue of one of these departments."""
    return Ticket.department_id.in_(desks), Ticket.status.in_(OPEN_STATUSES), Ticket.assignee_id.is_(None)


def counts() -> dict[int, tuple[int, int]]:
    """Return for each department that has any how many tickets nobody holds, and how many of them are urgent."""
    urgent = func.count().filter(Ticket.priority == "urgent")
    query = select(Ticket.department_id, func.count(), urgent).where(
        Ticket.status.in_(OPEN_STATUSES), Ticket.assignee_id.is_(None)
    )
    return {
        desk: (number, pressing) for desk, number, pressing in db.session.execute(query.group_by(Ticket.department_id))
    }


def queue(department: Department) -> Select[Ticket]:
    """Return what nobody holds there, in the order it should be taken."""
    return select(Ticket).where(*waiting(department.id)).order_by(*ORDER)


def take(ticket: Ticket, agent: Agent, *, by: str, over: bool = False) -> bool:
    """Take a ticket; return whether it was not theirs yet. Raise Conflict when somebody was first.

    With `over` it is taken from whoever holds it. Taking again what one holds already says that one is on it.
    """
    hold(ticket)
    if ticket.status not in OPEN_STATUSES:
        raise Conflict(f"{ticket.number} is done already.")
    if ticket.assignee is not None and ticket.assignee_id != agent.id and not over:
        raise Conflict(f"{ticket.assignee.name} was first: {ticket.number} is theirs.")
    if ticket.assignee_id == agent.id:
        touch(ticket, "ticket.taken", by=by, data={"agent": agent.id})
        return False
    return to_agent(ticket, agent, by=by, reason="taken from the queue" if ticket.assignee is None else "taken over")


def take_next(department: Department, agent: Agent, *, by: str) -> Ticket:
    """Take what is on top of a queue, passing over what others take at this moment; raise NotFound when it is empty."""
    top = queue(department).limit(1).with_for_update(of=Ticket, key_share=True, skip_locked=True)
    found = db.session.scalars(top.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(f"Nothing waits in the queue of {department.name}.")
    holding([found])
    take(found, agent, by=by)
    return found


def call_next(agent: Agent, *, by: str) -> Ticket | None:
    """Record `ticket.offered` for the ticket that waits first for somebody who is able, where this agent could take it.

    Return it; None when nothing waits for them. Tickets that were put back into the queue by hand stay there.
    """
    if agent.absent or not agent.active:
        return None
    desks = select(DepartmentMember.department_id).where(DepartmentMember.agent_id == agent.id)
    query = select(Ticket).where(
        Ticket.department_id.in_(desks),
        Ticket.status.in_(OPEN_STATUSES),
        Ticket.assignee_id.is_(None),
        Ticket.queued_at.is_not(None),
    )
    found = db.session.scalars(query.order_by(*ORDER).limit(1)).first()
    if found is not None:
        hold(found)
        touch(found, "ticket.offered", by=by, data={"ticket": found.id, "agent": agent.id})
    return found
