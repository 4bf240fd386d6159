"""Mail to customers: written into the outbox at once, delivered by a job of its own."""

from typing import Any

from app import notify
from app.channels.outbox import Outgoing
from app.db import db
from app.engine import Phases, topic
from app.tickets import finding
from app.tickets.messages import Message
from workers import post


@topic("mail.send_reply", returns={"outgoing": int})
def send_reply(message: int) -> dict[str, Any]:
    """Put an agent's reply into the outbox, once."""
    return post.queue(notify.reply(db.session.get_one(Message, message)))


@topic("mail.send_acknowledgement", returns={"outgoing": int})
def send_acknowledgement(ticket: int) -> dict[str, Any]:
    """Tell the customer that the request arrived; automatic mail gets no automatic answer."""
    return post.queue(notify.acknowledgement(finding.by_id(ticket)))


@topic("mail.deliver")
def deliver(outgoing: int) -> Phases:
    """Hand one mail of the outbox to the mail server, at most once."""
    yield
    post.deliver(db.session.get_one(Outgoing, outgoing).id)
    yield
    return None
