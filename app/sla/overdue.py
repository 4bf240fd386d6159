"""Which tickets are late, for lists and for the search box."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app import clock as time
from app.db import db
from app.sla.clock_row import Clock
from app.tickets.terms import offer
from app.tickets.ticket import Ticket


@offer("overdue")
def overdue() -> ColumnElement[bool]:
    """Return the condition that one of a ticket's clocks has run out and was not answered yet."""
    late = (Clock.state == "running", Clock.due_at < time.now())
    return Ticket.id.in_(select(Clock.ticket_id).where(*late))


def nearest_due(ticket_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when the next open clock of each ticket is due; tickets without a running clock are left out."""
    running = (Clock.ticket_id.in_(ticket_ids), Clock.state == "running", Clock.due_at.is_not(None))
    query = select(Clock.ticket_id, func.min(Clock.due_at)).where(*running).group_by(Clock.ticket_id)
    return {ticket_id: at for ticket_id, at in db.session.execute(query) if at is not None}
