"""Mail to customers: written into the outbox at once, delivered by a job of its own."""

from typing import Any

from app import clock, notify, sla
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
def send_acknowledgement(ticket: int, out_of_hours: bool = False) -> dict[str, Any]:
    """Tell the customer that the request arrived, and if wanted when a desk that was closed then opens; automatic
    mail gets no automatic answer."""
    found = finding.by_id(ticket)
    opens = sla.opens_at(found.department, found.created_at) if out_of_hours else None
    return post.queue(notify.acknowledgement(found, opens if opens is not None and opens > clock.now() else None))


@topic("mail.send_notice", returns={"outgoing": int})
def send_notice(ticket: int, occasion: str) -> dict[str, Any]:
    """Tell the customer what became of the request, if mails of that occasion are switched on."""
    return post.queue(notify.notice(finding.by_id(ticket), occasion, by="process:notice"))


@topic("mail.deliver")
def deliver(outgoing: int) -> Phases:
    """Hand one mail of the outbox to the mail server, at most once."""
    yield
    post.deliver(db.session.get_one(Outgoing, outgoing).id)
    yield
    return None
