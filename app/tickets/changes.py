"""What every change of a ticket has in common: the row is held while it is made, touched and recorded."""

from typing import Any

from app import clock, events
from app.db import Base, db
from app.tickets.ticket import Ticket


def hold(row: Base) -> None:
    """Lock a row until the transaction ends and see it as it is now."""
    db.session.flush()  # refreshing would forget what is not written yet
    db.session.refresh(row, with_for_update={"key_share": True})


def touch(
    ticket: Ticket,
    name: str,
    *,
    by: str,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Record what happened to a ticket and note that it did."""
    ticket.updated_at = clock.now()
    events.record(
        name,
        by=by,
        subject=ticket.key,
        ticket_id=ticket.id,
        reason=reason,
        before=before,
        after=after,
        data=data,
    )
    db.session.flush()


def put(ticket: Ticket, field: str, value: Any, *, by: str, reason: str = "") -> bool:
    """Set one field and record `ticket.<field>_changed` carrying it; return whether it was another before."""
    hold(ticket)
    before = getattr(ticket, field)
    if before == value:
        return False
    setattr(ticket, field, value)
    touch(
        ticket,
        f"ticket.{field}_changed",
        by=by,
        reason=reason,
        before={field: before},
        after={field: value},
        data={field: value},
    )
    return True
