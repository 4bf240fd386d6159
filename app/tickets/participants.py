"""Whose mails belong to a ticket: the requester's and those of the contacts who take part."""

from sqlalchemy import or_, select

from app.contacts import Contact
from app.db import db
from app.once import insert_once
from app.tickets.changes import touch
from app.tickets.members import members
from app.tickets.ticket import Participant, Ticket


def takes_part(ticket: Ticket, contact: Contact) -> bool:
    """Tell whether what a contact writes is part of the conversation: of this ticket, or of one merged into it."""
    if ticket.contact_id == contact.id or db.session.get(Participant, (ticket.id, contact.id)) is not None:
        return True
    merged = [ident for ident in members(ticket) if ident != ticket.id]
    return any(takes_part(db.session.get_one(Ticket, ident), contact) for ident in merged)


def add_participant(ticket: Ticket, contact: Contact, *, by: str) -> bool:
    """Let a contact take part and record `ticket.participant_added`; return whether they did not."""
    if takes_part(ticket, contact) or not insert_once(Participant(ticket_id=ticket.id, contact_id=contact.id)):
        return False
    touch(ticket, "ticket.participant_added", by=by, data={"contact": contact.id})
    return True


def participants(ticket: Ticket) -> list[Contact]:
    """Return the contacts who take part besides the requester, those of merged tickets among them."""
    merged = members(ticket)
    asked = select(Ticket.contact_id).where(Ticket.id.in_(merged), Ticket.contact_id != ticket.contact_id)
    added = select(Participant.contact_id).where(Participant.ticket_id.in_(merged))
    query = select(Contact).where(or_(Contact.id.in_(asked), Contact.id.in_(added)))
    return list(db.session.scalars(query.order_by(Contact.id)))
