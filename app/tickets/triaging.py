"""A person's word on where a ticket belongs."""

from app.departments import Department
from app.tickets.category import checked, set_category
from app.tickets.moving import move
from app.tickets.priority import set_priority
from app.tickets.ticket import Ticket


def triage(ticket: Ticket, *, department: Department, category: str, priority: str, by: str, note: str = "") -> None:
    """Set department, category and priority at once; `note` becomes the reason of each change."""
    checked(category, ticket.category)
    set_priority(ticket, priority, by=by, reason=note)
    set_category(ticket, category, by=by, reason=note)
    move(ticket, department, by=by, reason=note)
