"""Mails the desk sends: composed here, kept in the outbox, sent by a worker."""

import base64
import re
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select

from app import clock, desk
from app.channels.mail import compose, thread
from app.channels.mail.compose import Outgoing as Letter
from app.channels.outbox import Outgoing
from app.config import settings
from app.db import db
from app.departments.department import Department
from app.errors import Invalid
from app.notify import texts
from app.notify.signing import signed
from app.notify.telling import whom
from app.people.agent import Agent
from app.tickets import attaching, conversation
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

AUTOMATIC_PER_SENDER_AND_DAY = 10


def reply(message: Message) -> Outgoing | None:
    """Put an agent's reply into the outbox, once; None when the contact has no address mail can be sent to."""
    ticket = db.session.get_one(Ticket, message.ticket_id)
    return _post(ticket, message, subject=_re(ticket.subject), body=signed(message), automatic=False)


def acknowledgement(ticket: Ticket) -> Outgoing | None:
    """Tell the customer that the request arrived, unless a machine wrote it or enough was said already."""
    reference = f"ack:{ticket.id}"
    if (earlier := _kept(reference)) is not None:
        return earlier
    if not _may_answer(ticket):
        return None
    text = texts.acknowledgement(ticket.language, name=_first_name(ticket), number=ticket.number)
    # Whoever forges a sender must not have us mail words of theirs, so it does not even repeat the subject.
    subject = texts.received(ticket.language, number=ticket.number)
    message = conversation.automatic(ticket, body=text, subject=subject, by="process:request")
    return _post(ticket, message, subject=subject, body=text, automatic=True, reference=reference)


def survey(ticket: Ticket, survey_id: int, link: str, *, reminder: bool) -> Outgoing | None:
    """Ask the customer how it went; the link only opens a page, the answer is given there."""
    reference = f"survey:{survey_id}:{'reminder' if reminder else 'first'}"
    if (earlier := _kept(reference)) is not None:
        return earlier
    address = f"{settings().public_url}{link}"
    text = texts.survey(
        ticket.language, name=_first_name(ticket), subject=ticket.subject, link=address, reminder=reminder
    )
    message = conversation.automatic(ticket, body=text, subject=_re(ticket.subject), by="process:csat")
    return _post(ticket, message, subject=_re(ticket.subject), body=text, automatic=True, reference=reference)


def manager(ticket: Ticket, about: str) -> list[Outgoing]:
    """Tell who leads the people of a ticket what went wrong."""
    text = (
        f"**{ticket.number}** — {ticket.subject}\n\n"
        f"{_ABOUT.get(about, about)}\n\n"
        f"[Open the ticket]({settings().public_url}/tickets/{ticket.number})"
    )
    subject = f"{ticket.number}: {_ABOUT.get(about, about)}"
    letters = []
    for agent in whom(ticket):
        reference = f"manager:{about}:{ticket.id}:{agent.id}:{clock.now():%Y%m%d%H}"
        letters.append(_kept(reference) or _letter_to(agent, ticket, subject, text, reference))
    return letters


_ABOUT = {
    "breach": "A promised time has passed.",
    "idle": "The customer has been waiting for a long time.",
    "low_rating": "The customer was not satisfied.",
}


def _letter_to(agent: Agent, ticket: Ticket, subject: str, text: str, reference: str) -> Outgoing:
    sender, name = _sender(ticket.department)
    message_id = thread.message_id(settings().secret(), f"notice:{ticket.id}", _domain(sender), _unique())
    letter = Letter(
        sender=sender,
        sender_name=name,
        to=((agent.name, agent.email),),
        subject=subject,
        body=text,
        message_id=message_id,
        automatic=True,
        date=clock.now(),
        desk_name=desk.NAME.get(),
        desk=thread.desk_mark(settings().secret()),
    )
    return _keep(letter, ticket, reference)


def _post(
    ticket: Ticket, message: Message, *, subject: str, body: str, automatic: bool, reference: str = ""
) -> Outgoing | None:
    if not reference:
        reference = f"message:{message.id}"
        if (earlier := _kept(reference)) is not None:
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
        return _keep(letter, ticket, reference, message)
    except Invalid as error:
        conversation.delivered(message, "failed", " ".join((error.detail, *error.fields.values())))
        return None


def _keep(letter: Letter, ticket: Ticket, reference: str, message: Message | None = None) -> Outgoing:
    row = Outgoing(
        reference=reference,
        ticket_id=ticket.id,
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


def _kept(reference: str) -> Outgoing | None:
    return db.session.scalar(select(Outgoing).where(Outgoing.reference == reference))


def _references(ticket: Ticket, message: Message) -> list[str]:
    query = (
        select(Message.message_id)
        .where(Message.ticket_id == ticket.id, Message.id != message.id, Message.message_id.is_not(None))
        .order_by(Message.id.desc())
        .limit(20)
    )
    return [m for m in reversed(list(db.session.scalars(query))) if m]


def _may_answer(ticket: Ticket) -> bool:
    first = db.session.scalar(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id).limit(1))
    if first is None or first.kind == "auto" or not ticket.contact.email or not first.answerable:
        return False
    recent = select(func.count()).select_from(Message).join(Ticket, Ticket.id == Message.ticket_id)
    recent = recent.where(
        Ticket.contact_id == ticket.contact_id,
        Message.kind == "auto",
        Message.direction == "out",
        Message.created_at > clock.now() - timedelta(days=1),
    )
    return (db.session.scalar(recent) or 0) < AUTOMATIC_PER_SENDER_AND_DAY


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


def _re(subject: str) -> str:
    return subject if subject.lower().startswith(("re:", "aw:", "sv:")) else f"Re: {subject}"


def _first_name(ticket: Ticket) -> str:
    """Return what to call the customer by: `Lopes, Maria` is Maria, and neither a title nor a link is a name."""
    words = ticket.contact.name.split(",")[-1].split()
    return next((word for word in words if _NAME.fullmatch(word) and word.lower() not in _TITLES), "")


_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


_TITLES = {"dr", "prof", "mr", "mrs", "ms", "miss", "herr", "frau", "mme", "m", "sr", "sra", "sir", "dipl-ing", "ing"}
