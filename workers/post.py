"""Sending what lies in the outbox, at most once: connecting → handed_over (just before the final dot) → sent (P2).

Each attempt has a number. Every further step of an attempt is a compare-and-set on it, so that a worker that was
stopped for a while and wakes up after another took its place changes nothing and sends nothing.
"""

from sqlalchemy import select, update

from app import clock, engine, relay
from app.channels.mail import smtp
from app.channels.outbox import Outgoing
from app.config import settings
from app.db import db
from app.errors import Unreachable
from app.tickets import changes, conversation
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

OPEN = ("queued", "connecting")
UNDER_WAY = (*OPEN, "handed_over", "unknown")
MAY_HAVE_ARRIVED = "The connection ended while the mail was handed over; it may have arrived."


class NotOurs(Unreachable):
    """Another worker took this mail over; it is not sent from here."""


def queue(letter: Outgoing | None) -> dict[str, int | None]:
    """Ask for a mail's delivery, once; the process does not wait for the mail server."""
    if letter is None:
        return {"outgoing": None}
    engine.enqueue("mail.deliver", {"outgoing": letter.id}, unique_key=f"deliver:{letter.id}")
    return {"outgoing": letter.id}


def deliver(ident: int) -> None:
    """Send one mail with no transaction open; raise Unreachable when nothing left and it may be tried again."""
    letter = db.session.get_one(Outgoing, ident)
    attempt = letter.attempts
    if letter.state == "handed_over":
        _mark(ident, attempt, "unknown", MAY_HAVE_ARRIVED)
        return
    if letter.state not in OPEN:
        db.session.rollback()
        return
    if not settings().smtp_url:
        _mark(ident, attempt, "mailbox", "")
        return
    url, raw, sender, recipients = settings().smtp_url, letter.raw, letter.sender, list(letter.recipients)
    attempt = _begin(ident, attempt)
    try:
        smtp.send(url, raw, sender, recipients, on_handover=lambda: _hand_over(ident, attempt))
    except smtp.Refused as error:
        _mark(ident, attempt, "failed", str(error))
    except smtp.Unknown as error:
        _mark(ident, attempt, "unknown", str(error))
    except smtp.TryLater as error:
        _again(ident, attempt, str(error))
        raise Unreachable(str(error)) from error
    else:
        _mark(ident, attempt, "sent", "")


def _begin(ident: int, seen: int) -> int:
    """Commit that an attempt begins and return its number; refuse when one began since we looked."""
    mine = update(Outgoing).where(Outgoing.id == ident, Outgoing.state.in_(OPEN), Outgoing.attempts == seen)
    _only(mine.values(state="connecting", attempts=seen + 1))
    return seen + 1


def _hand_over(ident: int, attempt: int) -> None:
    """Commit that the mail may leave now; refuse when another attempt has begun meanwhile."""
    mine = update(Outgoing).where(Outgoing.id == ident, Outgoing.state == "connecting", Outgoing.attempts == attempt)
    _only(mine.values(state="handed_over"))


def _only(change: object) -> None:
    done = db.session.execute(change)  # type: ignore[call-overload]
    relay.commit()
    if done.rowcount != 1:
        raise NotOurs


def _again(ident: int, attempt: int, why: str) -> None:
    """Note why this attempt came to nothing, for the agent to see, and that the next one may be made."""
    begun = Outgoing.state.in_(("connecting", "handed_over"))
    mine = update(Outgoing).where(Outgoing.id == ident, begun, Outgoing.attempts == attempt)
    carried = db.session.scalars(mine.values(state="queued", error=why).returning(Outgoing.conversation_id)).all()
    told = update(Message).where(Message.id.in_(carried), Message.delivery == "queued")
    db.session.execute(told.values(delivery_note=f"Not yet: {why}"))
    relay.commit()


def _mark(ident: int, attempt: int, state: str, note: str) -> None:
    """Commit how an attempt ended; that of an attempt which is over already, or that a person settled, is dropped."""
    letter = db.session.get_one(Outgoing, ident)
    if letter.ticket_id is not None:
        changes.hold(db.session.get_one(Ticket, letter.ticket_id))  # always locked before what belongs to it
    query = select(Outgoing).where(Outgoing.id == ident).with_for_update()
    letter = db.session.scalars(query, execution_options={"populate_existing": True}).one()
    settled = letter.state == "queued" and state in {"failed", "unknown"}  # a person already asked for it again
    if letter.attempts != attempt or letter.state not in UNDER_WAY or settled:
        db.session.rollback()
        return
    letter.state, letter.error = state, note
    if state in {"sent", "mailbox"}:
        letter.sent_at = clock.now()
    if letter.conversation_id is not None:
        conversation.delivered(db.session.get_one(Message, letter.conversation_id), state, note)
    relay.commit()
