"""Counting open clocks again after a promise changed, a batch of tickets at a time."""

from sqlalchemy import select

from app.contacts.contact import Contact
from app.db import db
from app.sla.clock_row import Clock
from app.sla.clocks import OPEN, promise_again
from app.tickets.changes import hold_all, touch
from app.tickets.ticket import OPEN_STATUSES, Ticket

BATCH = 25
"""Tickets in one transaction: with two clocks each, what one worker does in one go."""


def affected(*, priority: str = "", department: int = 0, organisation: int = 0, contact: int = 0) -> list[list[int]]:
    """Return the keys of the tickets that may count by something else now, in batches; what is not told is any.

    These are the open tickets, and those that are done with a clock that may yet run on.
    """
    counting = select(Clock.ticket_id).where(Clock.state.in_(OPEN))
    query = select(Ticket.id).where(Ticket.status.in_(OPEN_STATUSES) | Ticket.id.in_(counting))
    if priority:
        query = query.where(Ticket.priority == priority)
    if department:
        query = query.where(Ticket.department_id == department)
    if contact:
        query = query.where(Ticket.contact_id == contact)
    if organisation:
        of_organisation = select(Contact.id).where(Contact.organisation_id == organisation)
        query = query.where(Ticket.contact_id.in_(of_organisation))
    found = list(db.session.scalars(query.order_by(Ticket.id)))
    return [found[at : at + BATCH] for at in range(0, len(found), BATCH)]


def recount(ticket_ids: list[int], *, by: str) -> int:
    """Record `ticket.promise_changed` on tickets, so that each of their clocks is read again; return on how many.

    Clocks the policy promises now and did not before are started. A ticket that never had a clock is left alone: its
    process has not come that far.
    """
    hold_all(ticket_ids, pass_over=False)
    count = 0
    for ticket in db.session.scalars(select(Ticket).where(Ticket.id.in_(ticket_ids)).order_by(Ticket.id)):
        if ticket.status in OPEN_STATUSES and not promise_again(ticket, by=by):
            continue
        touched = ticket.updated_at
        touch(ticket, "ticket.promise_changed", by=by)
        ticket.updated_at = touched  # nobody worked on it
        count += 1
    return count
