"""Names for the keys that rows carry, looked up for many rows at once."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from app import contacts
from app.db import db
from app.people import Agent
from app.tickets.ticket import Ticket

_TICKETS = select(Ticket).where(Ticket.id.in_(bindparam("ids", expanding=True)))


def ticket_of(business_key: str) -> int | None:
    """Return the ticket key in `ticket:12`, or None for another business key."""
    kind, _, key = business_key.partition(":")
    return int(key) if kind == "ticket" and key.isdecimal() else None


def tickets(business_keys: Iterable[str]) -> dict[str, Ticket]:
    """Return the tickets behind business keys."""
    ids = {found for key in set(business_keys) if (found := ticket_of(key)) is not None}
    if len(ids) == 1:  # most likely at hand
        only = db.session.get(Ticket, *ids)
        return {only.key: only} if only is not None else {}
    return {row.key: row for row in db.session.scalars(_TICKETS, {"ids": list(ids)})} if ids else {}


def numbers(business_keys: Iterable[str]) -> dict[str, str]:
    """Return the ticket numbers behind business keys."""
    ids = {found for key in set(business_keys) if (found := ticket_of(key)) is not None}
    query = select(Ticket.id, Ticket.number).where(Ticket.id.in_(ids))
    return {f"ticket:{row.id}": row.number for row in db.session.execute(query)} if ids else {}


def emails(actors: Iterable[str | None]) -> dict[str, str]:
    """Return the mail addresses of the agents among actors."""
    keys = {actor.partition(":")[2] for actor in actors if actor and actor.startswith("agent:")}
    ids = {int(key) for key in keys if key.isdecimal()}
    query = select(Agent.id, Agent.email).where(Agent.id.in_(ids))
    return {f"agent:{row.id}": row.email for row in db.session.execute(query)} if ids else {}


def people(actors: Iterable[str]) -> dict[str, str]:
    """Return what to call each actor."""
    return {actor: contacts.name_of(actor) for actor in set(actors)}
