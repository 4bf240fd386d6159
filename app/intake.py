"""Intake: whatever a channel hands in becomes a message on the right ticket, or a new ticket; nothing is dropped."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from app import clock, contacts, departments, desk, engine, events
from app.cards import finding as cards
from app.channels import raw as raw_messages
from app.channels.mail import thread
from app.channels.mail.model import Attachment, Bounce, ParsedMail
from app.channels.outbox import Outgoing
from app.channels.raw import RawMessage
from app.config import settings
from app.contacts.contact import Contact
from app.db import db
from app.departments.department import Department
from app.text import identifier
from app.tickets import conversation, opening, status
from app.tickets.members import final
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

BY = "system"
_SAME = select(RawMessage).where(
    RawMessage.sha256 == bindparam("sha256"),
    RawMessage.id < bindparam("before"),
    RawMessage.state.in_(("understood", "kept")),
)
_NEWEST = select(Message).where(Message.message_id == bindparam("kept")).order_by(Message.id.desc()).limit(1)


def keep_mail(
    raw: bytes, *, source: str, mail_from: str = "", rcpt_to: Iterable[str] = (), department: str = ""
) -> RawMessage:
    """Keep a raw mail and ask for it to be understood; the caller commits before it says yes. Raise NotFound for an
    unknown department."""
    if department:
        departments.by_key(department)
    row = raw_messages.keep(raw, source=source, mail_from=mail_from, rcpt_to=list(rcpt_to), department=department)
    engine.enqueue("intake.receive", {"raw": row.id})
    return row


def open_request(
    *,
    subject: str,
    body: str,
    email: str,
    name: str,
    by: str,
    channel: str = "api",
    department: str | None = None,
    priority: str | None = None,
    category: str | None = None,
    custom: dict[str, Any] | None = None,
    attachments: Iterable[tuple[str, str, bytes]] = (),
    segment: str = "",
) -> Ticket:
    """Open a ticket that did not come by mail; `segment` asks for a change there, as `PROJECT/segment`.

    Raise NotFound for an unknown department or segment, Invalid for wrong fields.
    """
    desk = departments.by_key(department) if department else departments.default()
    contact = contacts.find_or_make(email, name, by=by)
    wanted = cards.segment_at(segment).path if segment else ""
    ticket = opening.open_ticket(
        subject=subject,
        contact=contact,
        department=desk,
        channel=channel,
        by=by,
        priority=priority,
        category=category,
        segment=wanted,
        custom=custom,
    )
    message = conversation.from_customer(ticket, contact=contact, body=body, subject=subject, first=True)
    for filename, content_type, content in attachments:
        conversation.attach(message, filename, content_type, content)
    return ticket


def receive(row: RawMessage, mail: ParsedMail) -> None:
    """Bring an understood mail to its ticket; sets the state of the raw message and says why where it opens none."""
    if (first := _duplicate_of(row)) is not None:
        _settle(row, "duplicate", f"The same mail was received before ({first.public_id}).", first.ticket_id)
    elif mail.kind == "bounce":
        _bounced(row, mail)
    elif mail.kind == "loop":
        _settle(row, "ignored", "This mail was sent by this desk itself.")
    elif not (mail.from_.email or row.mail_from):
        _settle(row, "quarantined", "The mail names no sender.")
    else:
        _take(row, mail)


def quarantine(row: RawMessage, problem: str) -> None:
    """Keep a mail that cannot be understood where an agent finds it."""
    _settle(row, "quarantined", problem)


def _settle(row: RawMessage, state: str, problem: str = "", ticket_id: int | None = None) -> None:
    row.state, row.problem, row.ticket_id = state, problem, ticket_id
    events.record(f"mail.{state}", by=BY, subject=f"mail:{row.id}", reason=problem)


def _duplicate_of(row: RawMessage) -> RawMessage | None:
    for earlier in db.session.scalars(_SAME, {"sha256": row.sha256, "before": row.id}):
        if sorted(earlier.rcpt_to) == sorted(row.rcpt_to) and earlier.department == row.department:
            return earlier
    return None


def _take(row: RawMessage, mail: ParsedMail) -> None:
    contact = contacts.find_or_make(mail.from_.email or row.mail_from, mail.from_.name, by=BY)
    ticket = _ticket_of(mail, contact)
    if ticket is not None and _too_old(ticket):
        message = _open(row, mail, contact, follows=ticket)
    elif ticket is not None:
        message = _append(row, mail, contact, ticket)
    else:
        message = _open(row, mail, contact)
    for attachment in mail.attachments:
        _attach(message, attachment)
    _settle(row, "understood", "; ".join(mail.problems), message.ticket_id)


def _ticket_of(mail: ParsedMail, contact: Contact) -> Ticket | None:
    for reference in thread.refs_of(mail, settings().secret()):
        kind, _, number = reference.partition(":")
        if kind == "ticket" and number.isdigit():
            found = db.session.get(Ticket, int(number))
            if found is not None:
                return final(found)
    for known in (mail.in_reply_to, *reversed(mail.references)):
        message = _message(known)
        if message is not None:
            ticket = final(db.session.get_one(Ticket, message.ticket_id))
            if conversation.takes_part(ticket, contact):
                return ticket
    return None


def _message(message_id: str | None) -> Message | None:
    """Return the newest message with this id, which is looked for as it is kept."""
    kept = identifier(message_id, 998)
    return db.session.scalar(_NEWEST, {"kept": kept}) if kept else None


def _too_old(ticket: Ticket) -> bool:
    if ticket.status in {"cancelled", "rejected"}:
        return True
    limit = clock.now() - timedelta(days=desk.REOPEN_DAYS.get())
    return ticket.status == "closed" and (ticket.closed_at or ticket.updated_at) < limit


def _open(row: RawMessage, mail: ParsedMail, contact: Contact, follows: Ticket | None = None) -> Message:
    ticket = opening.open_ticket(
        subject=mail.subject,
        contact=contact,
        department=follows.department if follows else _desk(row, mail),
        channel="email",
        by=contact.actor,
        follows=follows,
        segment="" if follows else _segment(row, mail, contact),
    )
    return _add(row, mail, contact, ticket, first=True)


def _desk(row: RawMessage, mail: ParsedMail) -> Department:
    if row.department:
        return departments.by_key(row.department)
    return (
        departments.for_addresses(_envelope(row)) or departments.for_addresses(_header(mail)) or departments.default()
    )


def _envelope(row: RawMessage) -> list[str]:
    return [address for address in row.rcpt_to if address]


def _header(mail: ParsedMail) -> list[str]:
    return [person.email for person in (*mail.to, *mail.cc)] + list(mail.delivered_to)


def _segment(row: RawMessage, mail: ParsedMail, contact: Contact) -> str:
    # Nobody else's mail is asked: it would cost every one of them, and the drawing would not follow it.
    if not contact.may_request_changes or mail.kind != "message":
        return ""
    found = cards.segment_of_mail([*_envelope(row), *_header(mail)], mail.subject)
    return found.path if found is not None else ""


def _append(row: RawMessage, mail: ParsedMail, contact: Contact, ticket: Ticket) -> Message:
    if not conversation.takes_part(ticket, contact):
        return _add(row, mail, contact, ticket, held=f"{contact.email} does not take part in this ticket.")
    was = ticket.status
    message = _add(row, mail, contact, ticket)
    if was == "closed" and mail.kind == "message":
        status.change(ticket, "customer_responded", by=contact.actor, reason="The customer wrote again.")
    return message


def _add(
    row: RawMessage, mail: ParsedMail, contact: Contact, ticket: Ticket, *, first: bool = False, held: str = ""
) -> Message:
    return conversation.from_customer(
        ticket,
        contact=contact,
        body=mail.reply_text or mail.text,
        full_text=mail.text,
        html=mail.html,
        subject=mail.subject,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        raw_id=row.id,
        first=first,
        held=held,
        automatic=mail.kind == "auto_reply",
        answerable=mail.answerable,
    )


def _attach(message: Message, attachment: Attachment) -> None:
    conversation.attach(
        message,
        attachment.filename,
        attachment.content_type,
        attachment.content,
        inline=attachment.inline,
        content_id=attachment.content_id,
    )


def _bounced(row: RawMessage, mail: ParsedMail) -> None:
    report = mail.bounce
    for original in report.original_message_ids if report else ():
        message = _message(original)
        if report and message is not None and message.direction == "out":
            _told_of(message, report)
            _settle(row, "understood", "A report about a mail of ours.", message.ticket_id)
            return
    _settle(row, "ignored", "A returned mail that this desk did not send.")


def _told_of(message: Message, report: Bounce) -> None:
    """Note a mail that came back; one that is only late or has arrived is as it was (RFC 3464 section 2.3.3)."""
    if report.action == "failed":
        said = "; ".join(f"{one.email}: {one.diagnostic or one.status}" for one in report.recipients)
        if conversation.delivered(message, "failed", f"The mail came back. {said}"):
            came_back = update(Outgoing).where(Outgoing.conversation_id == message.id)
            db.session.execute(came_back.values(state="failed", error=f"The mail came back. {said}"))
