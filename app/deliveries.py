"""Mails that failed, or of which nobody knows whether they left: a person looks, and resends them or lets it be."""

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import defer

from app import engine, events
from app.channels.outbox import Outgoing
from app.db import db, new_public_id
from app.errors import Conflict, NotFound
from app.tickets import changes, conversation
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

UNSURE = ("unknown", "failed")


def in_doubt(*states: str) -> Select[Outgoing]:
    """Return the query for mails in these states, in both when none is named; the longest waiting first."""
    wanted = Outgoing.state.in_(states or UNSURE)
    return select(Outgoing).options(defer(Outgoing.raw)).where(wanted).order_by(Outgoing.id)


def count(*where: ColumnElement[bool]) -> int:
    """Return how many mails a person has to look at."""
    return db.session.scalar(select(func.count(Outgoing.id)).where(Outgoing.state.in_(UNSURE), *where)) or 0


def of_message(message: Message) -> Outgoing | None:
    """Return the mail that carries a message, if one was ever written."""
    return db.session.scalar(select(Outgoing).where(Outgoing.conversation_id == message.id))


def by_public_id(public_id: str) -> Outgoing:
    """Return a mail of the outbox; raise NotFound."""
    found = db.session.scalar(select(Outgoing).where(Outgoing.public_id == public_id))
    if found is None:
        raise NotFound("There is no such mail.")
    return found


def send(letter: Outgoing) -> None:
    """Ask for the delivery of a mail that no process sends, once."""
    engine.enqueue("mail.deliver", {"outgoing": letter.id}, unique_key=f"deliver:{letter.id}")


def send_again(letter: Outgoing, *, by: str) -> Outgoing:
    """Queue a mail once more under the same Message-ID; raise Conflict when it is not in doubt."""
    _settle(letter, "queued", "Sent again by hand.", by)
    engine.enqueue("mail.deliver", {"outgoing": letter.id}, unique_key=f"deliver:{letter.id}:{new_public_id()}")
    return letter


def confirm(letter: Outgoing, *, by: str) -> Outgoing:
    """Note that a mail arrived after all; raise Conflict when it is not in doubt."""
    _settle(letter, "sent", "Somebody checked: it arrived.", by)
    return letter


def send_message_again(message: Message, *, by: str) -> None:
    """Send a message of the conversation again, also one no mail could be written for; raise Conflict."""
    if (letter := of_message(message)) is not None:
        send_again(letter, by=by)
        return
    changes.hold(db.session.get_one(Ticket, message.ticket_id))
    changes.hold(message)
    if message.delivery not in UNSURE:
        raise Conflict("The delivery of this message is not in doubt any more.")
    conversation.delivered(message, "queued", "Sent again by hand.", by=by)
    engine.enqueue("mail.send_reply", {"message": message.id}, unique_key=f"send:{message.id}:{new_public_id()}")


def confirm_message(message: Message, *, by: str) -> None:
    """Note that a message of the conversation arrived; raise Conflict when it cannot have, or is not in doubt."""
    letter = of_message(message)
    if letter is None:
        raise Conflict("No mail was ever written for this message, so it cannot have arrived.")
    confirm(letter, by=by)


def _settle(letter: Outgoing, state: str, note: str, by: str) -> None:
    # The ticket is always locked before what belongs to it.
    if letter.ticket_id is not None:
        changes.hold(db.session.get_one(Ticket, letter.ticket_id))
    changes.hold(letter)
    message = db.session.get(Message, letter.conversation_id) if letter.conversation_id is not None else None
    if message is not None:
        changes.hold(message)
    if not {letter.state, message.delivery if message is not None else ""} & set(UNSURE):
        raise Conflict(f"The delivery of this mail is not in doubt any more: it is {letter.state}.")
    before, letter.state, letter.error = letter.state, state, ""
    if message is not None:
        conversation.delivered(message, state, note, by=by)
    events.record(
        "mail.settled",
        by=by,
        subject=f"outgoing:{letter.id}",
        reason=note,
        before={"state": before},
        after={"state": state},
    )
