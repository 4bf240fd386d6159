"""Merging two tickets: the rooms, and the processes of the one that is merged, which stop and can be put back."""

from app import engine, sla
from app.tickets import merging
from app.tickets.ticket import Ticket


def merge(source: Ticket, target: Ticket, *, by: str, reason: str = "") -> bool:
    """Merge a ticket into another; its processes hear `ticket.merged`. Return whether it was not merged there yet.

    Raise Invalid or Conflict, as `tickets.merging.merge`.
    """
    row = merging.merge(source, target, by=by, reason=reason)
    if row is None:
        return False
    engine.bookmark(source.key, row.bookmark)  # what was recorded reaches the processes only when all of this is done
    return True


def unmerge(source: Ticket, *, by: str, reason: str = "") -> None:
    """Take a ticket out again: its row, clocks and processes are where they were. Raise Conflict if it is in none."""
    row = merging.unmerge(source, by=by, reason=reason)
    engine.go_back(source.key, row.bookmark, by=by)
    for clock in sla.clocks_of(source):
        sla.update(clock, by=by)
