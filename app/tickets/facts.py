"""What the rules of a drawing may ask about a ticket."""

from typing import Any

from sqlalchemy import select

from app.db import db
from app.tickets.judging import THRESHOLD
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

BODY = 4_000
"""Characters of the first message that rules see: they travel in the state of a process."""


def facts(ticket: Ticket) -> dict[str, Any]:
    """Return plain values, none of them None: unknown texts are empty, an unknown confidence is 0."""
    contact = ticket.contact
    return {
        "subject": ticket.subject,
        "body": _first_words(ticket),
        "sender": contact.email,
        "domain": contact.email.rpartition("@")[2],
        "organisation": contact.organisation.name if contact.organisation else "",
        "vip": contact.vip,
        "channel": ticket.channel,
        "category": ticket.category or "",
        "type": ticket.type,
        "product": ticket.product or contact.product,
        "priority": ticket.priority,
        "confidence": ticket.confidence or 0.0,
        "sure": (ticket.confidence or 0.0) >= THRESHOLD.get(),
        "language": ticket.language,
        "department": ticket.department.key,
    }


def _first_words(ticket: Ticket) -> str:
    query = select(Message.body).where(Message.ticket_id == ticket.id, Message.direction == "in", Message.held == "")
    return (db.session.scalar(query.order_by(Message.id).limit(1)) or "")[:BODY]
