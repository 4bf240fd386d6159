"""Sending what lies in the outbox, at most once: connecting → handed_over (just before the final dot) → sent (P2)."""

from sqlalchemy import update

from app import clock, engine, relay
from app.channels.mail import smtp
from app.channels.outbox import Outgoing
from app.config import settings
from app.db import db
from app.errors import Trouble, Unreachable
from app.tickets import conversation
from app.tickets.messages import Message

OPEN = ("queued", "connecting")


class NotOurs(Trouble):
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
    if letter.state == "handed_over":
        _mark(ident, "unknown", "The connection ended while the mail was handed over; it may have arrived.")
        return
    if letter.state not in OPEN:
        db.session.rollback()
        return
    if not settings().smtp_url:
        _mark(ident, "mailbox", "")
        return
    attempt = letter.attempts + 1
    letter.state, letter.attempts = "connecting", attempt
    url, raw, sender, recipients = settings().smtp_url, letter.raw, letter.sender, list(letter.recipients)
    relay.commit()
    try:
        smtp.send(url, raw, sender, recipients, on_handover=lambda: _hand_over(ident, attempt))
    except smtp.Refused as error:
        _mark(ident, "failed", str(error))
    except smtp.Unknown as error:
        _mark(ident, "unknown", str(error))
    except smtp.TryLater as error:
        raise Unreachable(str(error)) from error
    else:
        _mark(ident, "sent", "")


def _hand_over(ident: int, attempt: int) -> None:
    """Commit that the mail may leave now; refuse when another attempt has begun meanwhile."""
    mine = update(Outgoing).where(Outgoing.id == ident, Outgoing.state == "connecting", Outgoing.attempts == attempt)
    done = db.session.execute(mine.values(state="handed_over"))
    relay.commit()
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotOurs


def _mark(ident: int, state: str, note: str) -> None:
    letter = db.session.get_one(Outgoing, ident, populate_existing=True)
    letter.state, letter.error = state, note
    if state in {"sent", "mailbox"}:
        letter.sent_at = clock.now()
    if letter.conversation_id is not None:
        conversation.delivered(db.session.get_one(Message, letter.conversation_id), state, note)
    relay.commit()
