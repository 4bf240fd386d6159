"""A reply whose delivery failed or is unknown: a person looks, and sends it again or says that it arrived."""

from sqlalchemy import select

from app import engine
from app.channels.outbox import Outgoing
from app.db import db, new_public_id
from app.errors import Conflict
from app.tickets import conversation
from app.tickets.messages import Message

UNSURE = {"failed", "unknown"}


def send_again(message: Message, *, by: str) -> None:
    """Queue it once more under the same Message-ID; raise Conflict when its delivery is not in doubt."""
    letter = _in_doubt(message)
    conversation.delivered(message, "queued", "Sent again by hand.", by=by)
    if letter is None:
        engine.enqueue("mail.send_reply", {"message": message.id}, unique_key=f"send:{message.id}:{new_public_id()}")
        return
    letter.state, letter.error = "queued", ""
    engine.enqueue("mail.deliver", {"outgoing": letter.id}, unique_key=f"deliver:{letter.id}:{new_public_id()}")


def confirm(message: Message, *, by: str) -> None:
    """Note that it arrived after all; raise Conflict when its delivery is not in doubt."""
    letter = _in_doubt(message)
    conversation.delivered(message, "sent", "Somebody checked: it arrived.", by=by)
    if letter is not None:
        letter.state = "sent"


def _in_doubt(message: Message) -> Outgoing | None:
    db.session.refresh(message, with_for_update=True)
    if message.delivery not in UNSURE:
        raise Conflict("The delivery of this message is not in doubt any more.")
    return db.session.scalar(select(Outgoing).where(Outgoing.conversation_id == message.id))
