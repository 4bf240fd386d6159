"""Each time a customer begins to wait for an answer, the clocks of a round begin; writing again changes nothing."""

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.sla.clock_row import Clock
from app.sla.clocks import begin, update
from app.sla.policy import ROUNDS
from app.sla.policy_book import policy_for
from app.tickets.changes import hold
from app.tickets.messages import Message
from app.tickets.ticket import Ticket


def wait_for_answer(message: Message, *, by: str) -> list[Clock]:
    """Return the clocks begun because a customer wrote; each records `clock.started`.

    None where a clock of the kind still runs, where the policy promises nothing, or before the first answer, whose
    own clock runs. However late anybody looks, they count from the first message since the desk was last heard of.
    """
    ticket = db.session.get_one(Ticket, message.ticket_id)
    hold(ticket)
    replied = _last_reply(ticket, message)
    if replied is None:
        return []
    policy = policy_for(ticket)
    fresh = []
    for kind in ROUNDS:
        if policy.budget(kind) is None:
            continue
        last = _last_round(ticket, kind)
        if last is not None:
            update(last, by=by)
            if last.ended_at is None:
                continue
        first = _first_unanswered(ticket, message, replied, last.ended_at if last else None)
        if first is not None and (last is None or first.id > last.after_message):
            number = last.round + 1 if last else 1
            where = {"round": number, "after_message": first.id, "started_at": first.created_at}
            fresh.append(Clock(ticket_id=ticket.id, kind=kind, **where))
    return begin(ticket, policy, fresh, by=by)


def _last_reply(ticket: Ticket, before: Message) -> int | None:
    ours = (Message.ticket_id == ticket.id, Message.id < before.id, Message.kind == "reply")
    return db.session.scalar(select(Message.id).where(*ours).order_by(Message.id.desc()).limit(1))


def _last_round(ticket: Ticket, kind: str) -> Clock | None:
    rounds = select(Clock).where(Clock.ticket_id == ticket.id, Clock.kind == kind)
    return db.session.scalars(rounds.order_by(Clock.round.desc()).limit(1)).first()


def _first_unanswered(ticket: Ticket, until: Message, replied: int, heard: datetime | None) -> Message | None:
    """Return the first message of the customer since the reply, and since the last round ended without one."""
    theirs = (Message.direction == "in", Message.kind == "message", Message.held == "")
    query = select(Message).where(Message.ticket_id == ticket.id, Message.id > replied, Message.id <= until.id, *theirs)
    if heard is not None:
        query = query.where(Message.created_at >= heard)
    return db.session.scalars(query.order_by(Message.id).limit(1)).first()
