"""What is said on a ticket: by the customer, by agents, by the process."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import clock, contacts
from app.contacts import Contact
from app.db import db, put
from app.errors import Invalid
from app.people import Agent
from app.text import LONGEST, clean, identifier, one_line
from app.tickets import drafts
from app.tickets.attaching import Upload, attach, attach_all, content_of
from app.tickets.changes import hold, touch
from app.tickets.members import members
from app.tickets.messages import Message
from app.tickets.opening import SUBJECT
from app.tickets.participants import add_participant, takes_part
from app.tickets.proposals import mark_used
from app.tickets.ticket import Ticket

__all__ = [
    "Upload",
    "accept_held",
    "attach",
    "automatic",
    "content_of",
    "conversation",
    "delivered",
    "from_customer",
    "note",
    "reply",
    "takes_part",
]

DELIVERIES = {
    "queued": "",
    "connecting": "",
    "handed_over": "",
    "sent": "message.sent",
    "mailbox": "message.sent",
    "failed": "message.failed",
    "unknown": "message.unknown",
}
"""Each state of delivery and the event that tells of it, if it is final."""


def from_customer(
    ticket: Ticket,
    *,
    contact: Contact,
    body: str,
    full_text: str = "",
    html: str | None = None,
    subject: str = "",
    message_id: str | None = None,
    in_reply_to: str | None = None,
    raw_id: int | None = None,
    attachments: Iterable[Upload] = (),
    first: bool = False,
    held: str = "",
    automatic: bool = False,
    answerable: bool = True,
) -> Message:
    """Add what a customer wrote and record `customer.replied`.

    The `first` message is what the ticket was opened with, and records nothing. One that is `held`, for the cause
    given, waits for an agent and records `message.held`; an `automatic` one (RFC 3834) moves nothing, so it has the
    kind auto and records `message.automatic`. Texts past 500,000 characters are cut; the raw mail is kept.
    """
    message = Message(
        ticket_id=ticket.id,
        kind="auto" if automatic else "message",
        direction="in",
        author=contact.actor,
        author_name=contact.name,
        author_email=contact.email,
        subject=one_line(subject, SUBJECT),
        body=clean(body),
        full_text=clean(full_text),
        html=None if html is None else clean(html),
        message_id=identifier(message_id, 998),
        in_reply_to=identifier(in_reply_to, 998),
        raw_id=raw_id,
        held=one_line(held, 200),
        answerable=answerable,
    )
    _add(message, attachments)
    if message.held:
        _tell(ticket, "message.held", message, contact.actor, reason=message.held)
    elif not first:
        _tell(ticket, "message.automatic" if automatic else "customer.replied", message, contact.actor)
    return message


def reply(ticket: Ticket, *, agent: Agent, body: str, attachments: Iterable[Upload] = ()) -> Message:
    """Add an agent's reply, queued for delivery, and record `agent.replied`; raise Invalid for an empty or huge one.

    It drops the agent's draft and notes what became of the proposed reply.
    """
    hold(ticket)
    message = _by_agent(ticket, agent, "reply", body, attachments)
    ticket.first_replied_at = ticket.first_replied_at or message.created_at
    mark_used(ticket, message.body)
    _tell(ticket, "agent.replied", message, agent.actor)
    return message


def note(ticket: Ticket, *, agent: Agent, body: str, attachments: Iterable[Upload] = ()) -> Message:
    """Add a note only the desk sees and record `note.added`; raise Invalid for an empty or huge one."""
    message = _by_agent(ticket, agent, "note", body, attachments)
    _tell(ticket, "note.added", message, agent.actor)
    return message


def automatic(ticket: Ticket, *, body: str, subject: str, by: str) -> Message:
    """Add a mail the process sends, queued for delivery, and record `message.automatic`."""
    message = Message(
        ticket_id=ticket.id,
        kind="auto",
        direction="out",
        author=by,
        author_name="Flowdesk",
        subject=one_line(subject, SUBJECT),
        body=clean(body),
        delivery="queued",
    )
    _add(message)
    _tell(ticket, "message.automatic", message, by)
    return message


def delivered(message: Message, state: str, note: str = "", *, by: str = "system") -> bool:
    """Note how far an outgoing message got; a final state is recorded. Return whether that was news."""
    if state not in DELIVERIES:
        raise Invalid(f"There is no delivery {state!r}.", {"state": f"must be one of {', '.join(DELIVERIES)}"})
    if message.delivery == state:
        return False
    message.delivery, message.delivery_note = state, clean(note, 2_000)
    if DELIVERIES[state]:
        ticket = db.session.get_one(Ticket, message.ticket_id)
        _tell(ticket, DELIVERIES[state], message, by, reason=message.delivery_note)
    return True


def accept_held(message: Message, by: str) -> bool:
    """Take a held message and its sender into the conversation and record `customer.replied`.

    Return whether it was held.
    """
    hold(message)
    if not message.held:
        return False
    message.held = ""
    ticket = db.session.get_one(Ticket, message.ticket_id)
    sender = contacts.by_actor(message.author)
    if sender is not None:
        add_participant(ticket, sender, by=by)
    _tell(ticket, "message.automatic" if message.kind == "auto" else "customer.replied", message, by)
    return True


def conversation(ticket: Ticket, *, after: int = 0, limit: int | None = None) -> list[Message]:
    """Return the messages with their attachments in order, held ones included, from past the key `after` on.

    Those of tickets merged into this one are among them.
    """
    query = select(Message).where(Message.ticket_id.in_(members(ticket)), Message.id > after)
    query = query.order_by(Message.id).limit(limit)
    return list(db.session.scalars(query.options(selectinload(Message.attachments))))


def _by_agent(ticket: Ticket, agent: Agent, kind: str, body: str, attachments: Iterable[Upload]) -> Message:
    if not body.strip():
        raise Invalid("There is nothing to send.", {"body": "is empty"})
    if len(body) > LONGEST:
        raise Invalid("This is too long.", {"body": f"must have at most {LONGEST} characters"})
    message = Message(
        ticket_id=ticket.id,
        kind=kind,
        direction="out" if kind == "reply" else "internal",
        author=agent.actor,
        author_name=agent.name,
        author_email=agent.email,
        body=clean(body),
        delivery="queued" if kind == "reply" else "",
    )
    _add(message, attachments)
    drafts.drop(ticket, agent, kind)
    return message


def _add(message: Message, attachments: Iterable[Upload] = ()) -> None:
    message.created_at, message.attachments = clock.now(), []
    put(message)
    attach_all(message, attachments)


def _tell(ticket: Ticket, name: str, message: Message, by: str, reason: str = "") -> None:
    touch(ticket, name, by=by, reason=reason, data={"message": message.id})
