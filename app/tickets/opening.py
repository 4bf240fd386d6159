"""A ticket begins."""

from typing import Any

from sqlalchemy import insert

from app import clock, desk
from app.contacts import Contact
from app.db import execute, put
from app.departments import Department
from app.errors import Invalid
from app.text import one_line
from app.tickets import category as categories
from app.tickets import fields, stages
from app.tickets.changes import touch
from app.tickets.priority import checked
from app.tickets.ticket import CHANNELS, Ticket, TicketNumber

SUBJECT = 998
"""Characters: the longest line of a mail (RFC 5322 section 2.1.1)."""

_NUMBER = insert(TicketNumber.metadata.tables[TicketNumber.__tablename__])


def open_ticket(
    *,
    subject: str,
    contact: Contact,
    department: Department,
    channel: str,
    by: str,
    priority: str | None = None,
    category: str | None = None,
    language: str = "",
    follows: Ticket | None = None,
    custom: dict[str, Any] | None = None,
    segment: str = "",
) -> Ticket:
    """Return a new open ticket and record `request.received`.

    `segment` says that it is a change request, and for what; the drawing asks whether the contact may raise one.
    Leave `priority` out when nobody chose one: it is medium then, and a classification may change it. `custom` are the
    values a person filled in; None when nobody was asked. Raise Invalid naming an unknown channel, priority or
    category, or a custom field that is wrong or missing.
    """
    if channel not in CHANNELS:
        raise Invalid(f"There is no channel {channel!r}.", {"channel": f"must be one of {', '.join(CHANNELS)}"})
    now = clock.now()
    ticket = Ticket(
        number=_next_number(),
        status="open",
        subject=one_line(subject, SUBJECT) or "(no subject)",
        priority=checked(priority) if priority else "medium",
        category=categories.checked(category) if category else None,
        channel=channel,
        language=one_line(language, 8),
        department=department,
        department_id=department.id,
        contact=contact,
        contact_id=contact.id,
        follows_id=follows.id if follows else None,
        custom={} if custom is None else fields.opened_with(custom, category or None),
        created_at=now,
        updated_at=now,
    )
    stage = stages.of(ticket)
    ticket.stage = stage.key
    put(ticket)
    chosen = {"number": ticket.number, "priority": priority or None, "category": ticket.category}
    told = {"ticket": ticket.id, "again": False, "segment": segment, "authorised": contact.may_request_changes}
    touch(ticket, "request.received", by=by, after=chosen, data=told)
    if ticket.priority == "urgent":
        touch(ticket, "ticket.urgent", by=by, data={"ticket": ticket.id})
    stages.watch(ticket, stage, by=by)
    return ticket


def _next_number() -> str:
    number = execute(_NUMBER).inserted_primary_key[0]
    return f"{desk.PREFIX.get()}{number:04}"
