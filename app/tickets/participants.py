"""Whose mails belong to a ticket: the requester's and those of the contacts who take part."""

from sqlalchemy import select

from app.contacts import Contact
from app.db import db
from app.once import insert_once
from app.tickets.changes import touch
from app.tickets.ticket import Participant, Ticket


def takes_part(ticket: Ticket, contact: Contact) -> bool:
    """Tell whether what a contact writes is part of the conversation."""
    return ticket.contact_id == contact.id or db.session.get(Participant, (ticket.id, contact.id)) is not None


def add_participant(ticket: Ticket, contact: Contact, *, by: str) -> bool:
    """Let a contact take part and record `ticket.participant_added`; return whether they did not."""
    if takes_part(ticket, contact) or not insert_once(Participant(ticket_id=ticket.id, contact_id=contact.id)):
        return False
    touch(ticket, "ticket.participant_added", by=by, data={"contact": contact.id})
    return True


def participants(ticket: Ticket) -> list[Contact]:
    """Return the contacts who take part besides the requester."""
    query = select(Contact).join(Participant, Participant.contact_id == Contact.id)
    return list(db.session.scalars(query.where(Participant.ticket_id == ticket.id).order_by(Contact.id)))
