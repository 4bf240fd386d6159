"""Putting a mail into the outbox, once per reference."""

import base64
import secrets
from urllib.parse import urlsplit

from sqlalchemy import select

from app import clock, desk
from app.channels.mail import compose, thread
from app.channels.mail.compose import Outgoing as Letter
from app.channels.outbox import Outgoing
from app.config import settings
from app.db import db
from app.departments.department import Department
from app.errors import Invalid
from app.notify import texts
from app.people.agent import Agent
from app.tickets import attaching, conversation
from app.tickets.messages import Message
from app.tickets.ticket import Ticket


def post(
    ticket: Ticket, message: Message, *, subject: str, body: str, automatic: bool, reference: str = ""
) -> Outgoing | None:
    """Keep a mail to the customer; None when the contact has no address mail can be sent to."""
    if not reference:
        reference = f"message:{message.id}"
        if (earlier := kept(reference)) is not None:
            return earlier
    if not ticket.contact.email:
        conversation.delivered(message, "failed", "The contact has no mail address.")
        return None
    secret, (sender, name) = settings().secret(), _sender(ticket.department)
    message.message_id = thread.message_id(secret, f"ticket:{ticket.id}", _domain(sender), _unique())
    references = _references(ticket, message)
    letter = Letter(
        sender=sender,
        sender_name=name,
        to=((ticket.contact.name, ticket.contact.email),),
        subject=subject,
        body=body,
        message_id=message.message_id,
        in_reply_to=references[-1] if references else None,
        references=tuple(references),
        reply_to=thread.reply_address(sender, secret, f"ticket:{ticket.id}"),
        automatic=automatic,
        date=clock.now(),
        desk_name=desk.NAME.get(),
        desk=thread.desk_mark(settings().secret()),
        language=ticket.language or "en",
        footer=texts.footer(ticket.language) if automatic else "",
        attachments=tuple((a.filename, a.content_type, attaching.content_of(a)) for a in message.attachments),
    )
    try:
        return _keep(letter, reference, ticket, message)
    except Invalid as error:
        conversation.delivered(message, "failed", " ".join((error.detail, *error.fields.values())))
        return None


def letter_to(
    agent: Agent,
    department: Department,
    *,
    subject: str,
    body: str,
    about: str,
    language: str = "en",
    footer: str = "",
) -> Letter:
    """Return a mail to a colleague; `about` goes into its Message-ID."""
    sender, name = _sender(department)
    return Letter(
        sender=sender,
        sender_name=name,
        to=((agent.name, agent.email),),
        subject=subject,
        body=body,
        message_id=thread.message_id(settings().secret(), about, _domain(sender), _unique()),
        automatic=True,
        date=clock.now(),
        desk_name=desk.NAME.get(),
        desk=thread.desk_mark(settings().secret()),
        language=language,
        footer=footer,
    )


def to_agent(letter: Letter, reference: str, ticket: Ticket | None = None) -> Outgoing:
    """Keep a mail to a colleague."""
    return kept(reference) or _keep(letter, reference, ticket)


def kept(reference: str) -> Outgoing | None:
    """Return the mail that was kept under a reference."""
    return db.session.scalar(select(Outgoing).where(Outgoing.reference == reference))


def _keep(letter: Letter, reference: str, ticket: Ticket | None, message: Message | None = None) -> Outgoing:
    row = Outgoing(
        reference=reference,
        ticket_id=ticket.id if ticket is not None else None,
        sender=compose.wire_address(letter.sender),
        recipients=[compose.wire_address(address) for _, address in letter.to],
        subject=letter.subject,
        message_id=letter.message_id,
        raw=compose.compose(letter),
        conversation_id=message.id if message is not None else None,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _references(ticket: Ticket, message: Message) -> list[str]:
    query = (
        select(Message.message_id)
        .where(Message.ticket_id == ticket.id, Message.id != message.id, Message.message_id.is_not(None))
        .order_by(Message.id.desc())
        .limit(20)
    )
    return [m for m in reversed(list(db.session.scalars(query))) if m]


def _sender(department: Department) -> tuple[str, str]:
    address = department.addresses[0].email if department.addresses else f"support@{settings().mail_domain}"
    return address, f"{department.name} · {desk.NAME.get()}"


def _domain(address: str) -> str:
    domain = address.rpartition("@")[2]
    domain = domain if domain.isascii() else compose.wire_address(f"desk@{domain}").rpartition("@")[2]
    return domain or urlsplit(settings().public_url).hostname or "localhost"


def _unique() -> str:
    """Return 40 bits of chance in eight letters: enough to tell the mails of one ticket apart."""
    return base64.b32encode(secrets.token_bytes(5)).decode().lower()
