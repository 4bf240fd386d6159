"""A message about something else becomes a ticket of its own."""

from sqlalchemy import select

from app import contacts
from app.contacts import Contact
from app.db import db
from app.errors import Conflict, Invalid
from app.text import one_line
from app.tickets import linking
from app.tickets.changes import hold, touch
from app.tickets.members import final
from app.tickets.messages import Attachment, Message
from app.tickets.opening import SUBJECT, open_ticket
from app.tickets.ticket import Ticket

COPIED = ("subject", "body", "full_text", "html", "message_id", "in_reply_to", "raw_id", "answerable", "created_at")


def split(message: Message, *, by: str, subject: str = "") -> Ticket:
    """Open a ticket with a copy of a customer's message and its files, linked back, and record `ticket.split`.

    Whoever wrote it is the requester. Raise Invalid for what no customer wrote, Conflict for one that is held.
    """
    source = final(db.session.get_one(Ticket, message.ticket_id))
    hold(source)
    author = contacts.by_actor(message.author)
    if author is None or message.kind != "message":
        raise Invalid("Only what a customer wrote can become a ticket.", {"message": "was not written by a customer"})
    if message.held:
        raise Conflict("This message is held back; take it in first.")
    ticket = _open(source, message, author, one_line(subject, SUBJECT) or message.subject or source.subject, by)
    linking.link(ticket, source, "split_from", by=by)
    told = {"ticket": ticket.id, "message": message.id}
    touch(source, "ticket.split", by=by, after={"into": ticket.number}, data=told)
    return ticket


def _open(source: Ticket, message: Message, author: Contact, subject: str, by: str) -> Ticket:
    ticket = open_ticket(
        subject=subject,
        contact=author,
        department=source.department,
        channel=source.channel,
        language=source.language,
        by=by,
    )
    copy = Message(
        ticket_id=ticket.id,
        kind="message",
        direction="in",
        author=message.author,
        author_name=message.author_name,
        author_email=message.author_email,
        **{name: getattr(message, name) for name in COPIED},
    )
    db.session.add(copy)
    db.session.flush()
    files = select(Attachment).where(Attachment.message_id == message.id).order_by(Attachment.id)
    for file in db.session.scalars(files).all():
        kept = ("filename", "content_type", "size", "sha256", "inline", "content_id")
        copy.attachments.append(Attachment(**{name: getattr(file, name) for name in kept}))
    db.session.flush()
    return ticket
