"""How pressing a ticket is."""

from app.errors import Invalid
from app.tickets.changes import put, touch
from app.tickets.ticket import PRIORITIES, Ticket


def checked(priority: str) -> str:
    """Return a known priority; raise Invalid otherwise."""
    if priority not in PRIORITIES:
        raise Invalid(f"There is no priority {priority!r}.", {"priority": f"must be one of {', '.join(PRIORITIES)}"})
    return priority


def set_priority(ticket: Ticket, priority: str, *, by: str, reason: str = "") -> bool:
    """Set the priority and record `ticket.priority_changed` and maybe `ticket.urgent`; return whether it changed."""
    changed = put(ticket, "priority", checked(priority), by=by, reason=reason)
    if changed and priority == "urgent":
        touch(ticket, "ticket.urgent", by=by, reason=reason, data={"ticket": ticket.id})
    return changed
