"""Which tickets are one since a merge: the rows stay where they are, and are read together."""

from collections.abc import Iterable

from sqlalchemy import select

from app.db import db
from app.tickets.ticket import Ticket


def members(ticket: Ticket) -> list[int]:
    """Return the key of a ticket and of all that are merged into it, directly or by way of others."""
    found, fresh = [ticket.id], [ticket.id] if ticket.absorbed else []
    while fresh:
        fresh = list(db.session.scalars(select(Ticket.id).where(Ticket.merged_into_id.in_(fresh)).order_by(Ticket.id)))
        found += fresh
    return found


def final(ticket: Ticket) -> Ticket:
    """Return where what is written to a ticket belongs: the ticket itself, or what it is merged into in the end."""
    while ticket.merged_into_id is not None:
        ticket = db.session.get_one(Ticket, ticket.merged_into_id)
    return ticket


def owners(tickets: Iterable[Ticket]) -> dict[int, list[int]]:
    """Return which of these tickets show the messages of a ticket: {key: keys of those that show them}."""
    found: dict[int, list[int]] = {}
    for ticket in tickets:
        for ident in members(ticket):
            found.setdefault(ident, []).append(ticket.id)
    return found
