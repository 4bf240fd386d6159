"""What the rules of a drawing may ask about a ticket."""

from typing import Any

from sqlalchemy import bindparam, select

from app.db import db
from app.tickets.judging import THRESHOLD
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

BODY = 4_000
"""Characters of the first message that rules see: they travel in the state of a process."""

_FIRST = (
    select(Message.body)
    .where(Message.ticket_id == bindparam("ticket"), Message.direction == "in", Message.held == "")
    .order_by(Message.id)
    .limit(1)
)


def facts(ticket: Ticket) -> dict[str, Any]:
    """Return plain values, none of them None: unknown texts are empty, an unknown confidence is 0."""
    contact = ticket.contact
    return {
        "subject": ticket.subject,
        "body": request_text(ticket)[:BODY],
        "sender": contact.email,
        "domain": contact.email.rpartition("@")[2],
        "organisation": contact.organisation.name if contact.organisation else "",
        "vip": contact.goes_first,
        "may_request_changes": contact.may_request_changes,
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


def request_text(ticket: Ticket) -> str:
    """Return what the customer wrote first."""
    return db.session.scalar(_FIRST, {"ticket": ticket.id}) or ""
