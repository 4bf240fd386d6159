"""Where a ticket stands. An agent may always set any status but `merged`; what follows is the drawing's business."""

from datetime import datetime

from sqlalchemy import select

from app import clock
from app.db import db
from app.errors import Invalid
from app.text import clean
from app.tickets import stages
from app.tickets.assigning import freed
from app.tickets.changes import hold, touch
from app.tickets.messages import Message
from app.tickets.stages import Stage
from app.tickets.ticket import OPEN_STATUSES, STATUSES, WAIT_REASONS, StatusChange, Ticket

SETTABLE = tuple(status for status in STATUSES if status != "merged")
_SOLVED = {"resolved", "closed"}
_FINAL = {"closed", "cancelled", "rejected"}
_TOLD_APART = {"resolved", "closed", "cancelled", "rejected", "waiting"}


def change(
    ticket: Ticket,
    status: str,
    *,
    by: str,
    reason: str = "",
    wait_reason: str | None = None,
    to: Stage | None = None,
) -> bool:
    """Set the status and record `ticket.status_changed` and its own event; return whether it changed.

    `wait_reason` counts for `waiting` only and is `customer` unless told; `to` is the stage, where one was chosen. A
    merged ticket stays so until it is unmerged. Raise Invalid naming the wrong field.
    """
    _check(status, wait_reason)
    wait_reason = (wait_reason or "customer") if status == "waiting" else None
    hold(ticket)
    if ticket.status == "merged" or (ticket.status, ticket.wait_reason) == (status, wait_reason):
        return False
    now, reason, before = clock.now(), clean(reason), (ticket.status, ticket.wait_reason)
    if status not in OPEN_STATUSES:
        freed(ticket, by=by)
        ticket.queued_at = None
    ticket.status, ticket.wait_reason = status, wait_reason
    _stamp(ticket, now)
    db.session.add(
        StatusChange(
            ticket_id=ticket.id,
            at=now,
            actor=by,
            before=before[0],
            after=status,
            wait_reason=wait_reason,
            reason=reason,
        )
    )
    told = {"status": status, "wait_reason": wait_reason}
    for name in filter(None, ("ticket.status_changed", _own_event(before[0], status))):
        was = {"status": before[0], "wait_reason": before[1]}
        touch(
            ticket,
            name,
            by=by,
            reason=reason,
            before=was,
            after=told,
            data={"ticket": ticket.id, "before": before[0], **told},
        )
    stages.follow(ticket, by=by, reason=reason, to=to)
    return True


def customer_wrote(ticket: Ticket, *, by: str) -> bool:
    """Let a ticket that was answered surface as `customer_responded`; return whether it did.

    A ticket that is done stays as it is: reopening it is the drawing's business.
    """
    hold(ticket)
    answered = ticket.status in {"waiting", "in_progress"} or (ticket.status == "open" and ticket.first_replied_at)
    return bool(answered) and change(ticket, "customer_responded", by=by)


def reopen(ticket: Ticket, *, by: str, reason: str = "") -> bool:
    """Take up a ticket that was done; return whether it was.

    It becomes `customer_responded` when the customer has written since, otherwise `open`.
    """
    hold(ticket)
    if ticket.status in OPEN_STATUSES:
        return False
    status = "customer_responded" if _customer_wrote_since(ticket) else "open"
    return change(ticket, status, by=by, reason=reason)


def close(ticket: Ticket, *, by: str, reason: str = "") -> bool:
    """Close a ticket for good; return whether it was not yet."""
    return change(ticket, "closed", by=by, reason=reason)


def history(ticket: Ticket) -> list[StatusChange]:
    """Return the changes of status, oldest first."""
    query = select(StatusChange).where(StatusChange.ticket_id == ticket.id)
    return list(db.session.scalars(query.order_by(StatusChange.at, StatusChange.id)))


def _check(status: str, wait_reason: str | None) -> None:
    if status not in SETTABLE:
        raise Invalid(f"A status {status!r} cannot be set.", {"status": f"must be one of {', '.join(SETTABLE)}"})
    if wait_reason and wait_reason not in WAIT_REASONS:
        known = ", ".join(WAIT_REASONS)
        raise Invalid(f"There is no wait reason {wait_reason!r}.", {"wait_reason": f"must be one of {known}"})


def _stamp(ticket: Ticket, now: datetime) -> None:
    ticket.resolved_at = (ticket.resolved_at or now) if ticket.status in _SOLVED else None
    ticket.closed_at = (ticket.closed_at or now) if ticket.status in _FINAL else None


def _own_event(before: str, after: str) -> str | None:
    if before not in OPEN_STATUSES and after in OPEN_STATUSES:
        return "ticket.reopened"
    return f"ticket.{after}" if after in _TOLD_APART else None


def _customer_wrote_since(ticket: Ticket) -> bool:
    done = db.session.scalar(
        select(StatusChange.at)
        .where(StatusChange.ticket_id == ticket.id, StatusChange.before.in_(OPEN_STATUSES))
        .order_by(StatusChange.id.desc())
        .limit(1)
    )
    theirs = (Message.ticket_id == ticket.id, Message.kind == "message", Message.held == "")
    last = db.session.scalar(select(Message.created_at).where(*theirs).order_by(Message.id.desc()).limit(1))
    return done is not None and last is not None and last >= done
