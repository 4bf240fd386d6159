"""What happened to a ticket that matters to one of its clocks, read from its history."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app.db import db
from app.sla.clock_row import Clock
from app.sla.course import Course, course
from app.sla.policy import ROUNDS
from app.tickets.messages import Message
from app.tickets.ticket import OPEN_STATUSES, StatusChange, Ticket

_RUNNING = sorted(set(OPEN_STATUSES) - {"waiting"})
_SOLVED = {"resolved", "closed"}


def course_of(ticket: Ticket, clock: Clock, paused_by: Collection[str], changes: Sequence[Any] | None = None) -> Course:
    """Return the course of a ticket's clock, read from its history unless its `halts` are given."""
    known = halts(ticket) if changes is None else changes
    if clock.kind in ROUNDS:
        known = [change for change in known if change.at >= clock.started_at]
        return course(known, paused_by, _answered(ticket, clock, known))
    return course(known, paused_by, ticket.first_replied_at if clock.kind == "first_response" else None)


def halts(ticket: Ticket) -> Sequence[Any]:
    """Return the changes of status that may stop a clock or let it go on, oldest first."""
    # Changes between statuses that keep every clock running, as each round of a long conversation brings, say nothing.
    halting = or_(StatusChange.before.not_in(_RUNNING), StatusChange.after.not_in(_RUNNING))
    changes = select(StatusChange.at, StatusChange.after, StatusChange.wait_reason).where(
        StatusChange.ticket_id == ticket.id, halting
    )
    return db.session.execute(changes.order_by(StatusChange.at, StatusChange.id)).all()


def _answered(ticket: Ticket, clock: Clock, changes: Sequence[Any]) -> datetime | None:
    """Return when a customer who waits heard from the desk: by a reply, or by being told that it is solved."""
    ours = (Message.ticket_id == ticket.id, Message.id > clock.after_message, Message.kind == "reply")
    replied = db.session.scalar(select(Message.created_at).where(*ours).order_by(Message.id).limit(1))
    solved = next((change.at for change in changes if change.after in _SOLVED), None)
    return min((at for at in (replied, solved) if at is not None), default=None)
