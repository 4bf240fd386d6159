"""Tickets nobody touches: when they have lain for as long as their stage allows."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app import clock, events
from app.db import db
from app.events import Event
from app.tickets import stages
from app.tickets.changes import hold
from app.tickets.ticket import OPEN_STATUSES, Ticket


def look(ticket: Ticket) -> tuple[str, datetime | None]:
    """Return how a watched ticket lies and until when it may: `fine`, `too long`, or `over` when nobody need look.

    After the last two it is no longer watched. Touched is what an agent or a customer did.
    """
    hold(ticket)
    if ticket.status == "merged":
        return "over", None  # its process is put back when it is unmerged, so it counts as watched
    after = next((one.awaiting_after for one in stages.all_stages() if one.key == ticket.stage), None)
    if after is None or ticket.status not in OPEN_STATUSES:
        ticket.watched = False
        return "over", None
    until = _touched(ticket) + timedelta(hours=after)
    if until > clock.now():
        return "fine", until
    ticket.watched = False
    return "too long", until


def let_wait(ticket: Ticket) -> bool:
    """Tell whether the drawing's own time may move a ticket to waiting: not where its stage has a time of its own."""
    return not any(one.awaiting_after for one in stages.all_stages() if one.key == ticket.stage)


def _touched(ticket: Ticket) -> datetime:
    events.write()
    by_people = or_(Event.actor.startswith("agent:"), Event.actor.startswith("contact:"))
    last = db.session.scalar(select(func.max(Event.at)).where(Event.ticket_id == ticket.id, by_people))
    return max(last, ticket.created_at) if last is not None else ticket.created_at
