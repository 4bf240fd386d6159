"""Who holds a ticket."""

from app.errors import Invalid
from app.people import Agent
from app.tickets.changes import hold, touch
from app.tickets.ticket import Ticket


def assign(ticket: Ticket, agent: Agent | None, *, by: str, reason: str = "") -> bool:
    """Hand a ticket to an agent, or to nobody, and record `ticket.assigned`; return whether it changed hands.

    Raise Invalid for an agent who has left.
    """
    if agent is not None and not agent.active:
        raise Invalid(f"{agent.name} no longer works here.", {"agent": "is not active"})
    hold(ticket)
    before, after = ticket.assignee_id, agent.id if agent else None
    if before == after:
        return False
    ticket.assignee, ticket.assignee_id = agent, after
    touch(
        ticket,
        "ticket.assigned",
        by=by,
        reason=reason,
        before={"agent": before},
        after={"agent": after},
        data={"ticket": ticket.id, "agent": after},
    )
    return True
