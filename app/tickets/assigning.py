"""Who holds a ticket."""

from app import events
from app.errors import Invalid
from app.people import Agent
from app.tickets.changes import hold, touch
from app.tickets.ticket import OPEN_STATUSES, Ticket


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
    if agent is not None:
        hold(agent)  # so that whoever counts what they hold counts this one too
    freed(ticket, by=by)
    ticket.assignee, ticket.assignee_id, ticket.queued_at = agent, after, None
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


def freed(ticket: Ticket, *, by: str) -> None:
    """Record `agent.available` where an open ticket is about to leave an agent of limited capacity."""
    agent = ticket.assignee
    if agent is not None and agent.capacity is not None and ticket.status in OPEN_STATUSES:
        events.record("agent.available", by=by, subject=agent.actor, data={"agent": agent.id})
