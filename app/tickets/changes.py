"""What every change of a ticket has in common: the row is held while it is made, touched and recorded."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from sqlalchemy import bindparam, inspect, select
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from app import clock, events
from app.db import Base, db, locks_rows, of_transaction
from app.tickets.ticket import Ticket

_HELD, _TOUCHED = "tickets.held", "tickets.touched"


def hold(row: Base) -> None:
    """Lock a row until the transaction ends and see it as it is now; nobody else changes one that is held."""
    held: list[Base] = db.session.info.setdefault(_HELD, [])
    if any(one is row for one in held):
        return
    # Without locks of rows the transaction holds everything, and did before the row was read.
    if locks_rows() and (known := inspect(row).identity) is not None:
        db.session.scalars(_locking(type(row)), {"which": known[0]}).one()
    held.append(row)


@cache
def _locking(kind: type[Base]) -> Any:
    [key] = inspect(kind).primary_key
    locked = select(kind).where(key == bindparam("which")).with_for_update(of=kind, key_share=True)
    return locked.execution_options(populate_existing=True)


def holding(rows: Iterable[Base]) -> None:
    """Note that rows were read under their lock just now."""
    db.session.info.setdefault(_HELD, []).extend(rows)


def hold_all(ticket_ids: Collection[int], pass_over: bool) -> set[int]:
    """Hold the tickets with these keys, but for those that others hold if they are passed over; return which."""
    wanted = select(Ticket).where(Ticket.id.in_(ticket_ids)).order_by(Ticket.id)
    free = wanted.with_for_update(of=Ticket, key_share=True, skip_locked=pass_over)
    found = db.session.scalars(free, execution_options={"populate_existing": True}).all()
    db.session.info.setdefault(_HELD, []).extend(found)
    return {ticket.id for ticket in found}


@sa_event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, transaction: Any) -> None:
    # Those of a savepoint too: its locks go with it.
    if transaction.parent is None or transaction.nested:
        session.info.pop(_HELD, None)
    if transaction.parent is None:
        session.info.pop(_TOUCHED, None)


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
    """Record what happened to a ticket and note that it did; the row gets the moment with the next other change."""
    now = clock.now()
    set_committed_value(ticket, "updated_at", now)
    of_transaction().setdefault(_TOUCHED, {})[ticket] = now
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


@sa_event.listens_for(Session, "before_flush")
@sa_event.listens_for(Session, "before_commit")
def _stamp(session: Session, *_flushed: Any) -> None:
    # Not in a savepoint: it would be lost with it.
    touched = {} if session.in_nested_transaction() else session.info.pop(_TOUCHED, {})
    for ticket, at in touched.items():
        ticket.updated_at = at
        flag_modified(ticket, "updated_at")


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
