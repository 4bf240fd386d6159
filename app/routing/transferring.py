"""Passing a ticket on to another desk or colleague, with a reason; what follows where nobody holds it is drawn."""

from app.departments import Department
from app.errors import Invalid
from app.people import Agent
from app.routing.options import TRANSFER_REASON
from app.text import clean
from app.tickets import assigning, moving
from app.tickets.changes import hold, touch
from app.tickets.ticket import Ticket


def to_department(ticket: Ticket, department: Department, *, by: str, reason: str = "") -> bool:
    """Move a ticket to another desk and record `ticket.transferred`; return whether it moved.

    Raise Invalid naming `reason` where the desk asks for one.
    """
    hold(ticket)
    if ticket.department_id == department.id:
        return False
    before, reason = ticket.department.key, _said(reason)
    moving.move(ticket, department, by=by, reason=reason)
    touch(
        ticket,
        "ticket.transferred",
        by=by,
        reason=reason,
        before={"department": before},
        after={"department": department.key},
        data={"ticket": ticket.id, "held": ticket.assignee_id is not None},
    )
    return True


def to_agent(ticket: Ticket, agent: Agent | None, *, by: str, reason: str = "") -> bool:
    """Hand a ticket to a colleague, or back to the queue; return whether it changed hands.

    A person's hand is also recorded as `ticket.taken`. Raise Invalid naming `reason` where the desk asks for one: when
    the ticket is taken from somebody else than the one who passes it on, or given to somebody else.
    """
    hold(ticket)
    if (ticket.assignee_id or 0) == (agent.id if agent else 0):
        return False
    involved = {one.actor for one in (ticket.assignee, agent) if one is not None}
    reason = _said(reason) if involved - {by} else clean(reason).strip()
    assigning.assign(ticket, agent, by=by, reason=reason)
    if agent is not None:
        touch(ticket, "ticket.taken", by=by, reason=reason, data={"agent": agent.id})
    return True


def _said(reason: str) -> str:
    said = clean(reason).strip()
    if not said and TRANSFER_REASON.get():
        raise Invalid("Say why you pass this ticket on.", {"reason": "is asked for when a ticket is passed on"})
    return said
