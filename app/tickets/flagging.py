"""Tickets a manager should look at."""

from app.text import one_line
from app.tickets.changes import hold, touch
from app.tickets.ticket import Ticket


def flag(ticket: Ticket, why: str, *, by: str) -> bool:
    """Flag a ticket (`breach`, `idle`, …) and record `ticket.flagged`; return whether the flag is new."""
    return _set(ticket, one_line(why, 40), "ticket.flagged", by)


def unflag(ticket: Ticket, *, by: str) -> bool:
    """Take the flag off and record `ticket.unflagged`; return whether there was one."""
    return _set(ticket, "", "ticket.unflagged", by)


def _set(ticket: Ticket, why: str, name: str, by: str) -> bool:
    hold(ticket)
    before = ticket.flagged
    if before == why:
        return False
    ticket.flagged = why
    touch(ticket, name, by=by, before={"why": before}, after={"why": why}, data={"why": why})
    return True
