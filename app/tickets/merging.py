"""Merging: one ticket becomes part of another, and can be taken out again as it was.

Nothing moves. The merged ticket keeps its messages, people, tags, fields, clocks and times; the target shows them
with its own, and what is written to either from then on belongs to the target. Taking it out again therefore gives
back both as they were; what was written in between stays with the target.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock, events
from app.db import Base, db
from app.errors import Conflict, Invalid
from app.text import clean
from app.tickets import stages
from app.tickets.changes import hold_all
from app.tickets.members import final
from app.tickets.ticket import OPEN_STATUSES, StatusChange, Ticket


class Merge(Base):
    """What a merge has to give back; `undone_at` says that it did."""

    __tablename__ = "ticket_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20))
    wait_reason: Mapped[str | None] = mapped_column(String(20))
    change_id: Mapped[int]  # of the change of status, which is taken back with the merge
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(80))

    @property
    def bookmark(self) -> str:
        """What the bookmark in the source's processes is called."""
        return f"merge:{self.id}"


def merge(source: Ticket, target: Ticket, *, by: str, reason: str = "") -> Merge | None:
    """Merge a ticket into another and record `ticket.merged` and `ticket.absorbed`; None when it is there already.

    Raise Invalid for a ticket and itself, Conflict where one of them is merged or the target is done.
    """
    if source.id == target.id:
        raise Invalid(f"{source.number} cannot be merged into itself.", {"into": "is this very ticket"})
    _hold(source, target)
    if source.merged_into_id == target.id:
        return None
    _check(source, target)
    now, reason = clock.now(), clean(reason)
    stood = {"status": source.status, "wait_reason": source.wait_reason}
    change = StatusChange(ticket_id=source.id, at=now, actor=by, before=source.status, after="merged", reason=reason)
    db.session.add(change)
    db.session.flush()
    row = Merge(source_id=source.id, target_id=target.id, at=now, by=by, reason=reason, change_id=change.id, **stood)
    db.session.add(row)
    source.status, source.wait_reason, source.merged_into_id = "merged", None, target.id
    target.absorbed += 1
    db.session.flush()
    told = {"status": "merged", "wait_reason": None}
    _tell(
        "ticket.status_changed",
        source,
        by,
        reason,
        before=stood,
        after=told,
        data={"ticket": source.id, "before": stood["status"], **told},
    )
    data = {"ticket": source.id, "into": target.id}
    _tell("ticket.merged", source, by, reason, after={"into": target.number}, data=data)
    _tell("ticket.absorbed", target, by, reason, after={"ticket": source.number}, data={"ticket": source.id})
    return row


def unmerge(source: Ticket, *, by: str, reason: str = "") -> Merge:
    """Take a ticket out again, as it was, and record `ticket.unmerged` and `ticket.released`.

    Raise Conflict for one that is not merged.
    """
    found = current(source)
    if found is None:
        raise Conflict(f"{source.number} is not merged into another ticket.")
    target = db.session.get_one(Ticket, found.target_id)
    _hold(source, target)
    db.session.refresh(found, with_for_update=True)
    if found.undone_at is not None:
        raise Conflict(f"{source.number} was taken out of {target.number} by somebody else just now.")
    source.status, source.wait_reason, source.merged_into_id = found.status, found.wait_reason, None
    source.stage = stages.of(source).key  # the one it had, unless the stages are others now
    target.absorbed -= 1
    found.undone_at, found.undone_by = clock.now(), by
    # As if it had never been: its clocks are read from these rows. The events tell of it for ever.
    db.session.delete(db.session.get_one(StatusChange, found.change_id))
    db.session.flush()
    told, reason = {"status": source.status, "wait_reason": source.wait_reason}, clean(reason)
    data = {"ticket": source.id, "before": "merged", **told}
    _tell("ticket.status_changed", source, by, reason, before={"status": "merged"}, after=told, data=data)
    parted = {"ticket": source.id, "parted": target.id}
    _tell("ticket.unmerged", source, by, reason, before={"into": target.number}, data=parted)
    _tell("ticket.released", target, by, reason, before={"ticket": source.number}, data={"ticket": source.id})
    return found


def current(source: Ticket) -> Merge | None:
    """Return the merge a ticket is in, if it is in one."""
    query = select(Merge).where(Merge.source_id == source.id, Merge.undone_at.is_(None))
    return db.session.scalar(query.order_by(Merge.id.desc()).limit(1))


def merged_into(target: Ticket) -> list[Ticket]:
    """Return the tickets that are merged into one directly."""
    if not target.absorbed:
        return []
    return list(db.session.scalars(select(Ticket).where(Ticket.merged_into_id == target.id).order_by(Ticket.id)))


def changeable(ticket: Ticket) -> Ticket:
    """Return a ticket that may be changed; raise Conflict for one that is merged and has to stay as it is."""
    if ticket.merged_into_id is not None:
        raise Conflict(f"{ticket.number} is merged into {final(ticket).number}; unmerge it first.")
    return ticket


def _hold(source: Ticket, target: Ticket) -> None:
    db.session.flush()
    hold_all({source.id, target.id}, pass_over=False)


def _check(source: Ticket, target: Ticket) -> None:
    if source.merged_into_id is not None:
        into = db.session.get_one(Ticket, source.merged_into_id)
        raise Conflict(f"{source.number} is merged into {into.number} already; unmerge it first.")
    if target.merged_into_id is not None:
        root = final(target)
        instead = "which is this ticket" if root.id == source.id else f"so merge into {root.number}"
        raise Conflict(f"{target.number} is itself merged into {root.number}, {instead}.")
    if target.status not in OPEN_STATUSES:
        raise Conflict(f"{target.number} is {target.status}; reopen it before something is merged into it.")


def _tell(name: str, ticket: Ticket, by: str, reason: str, **more: object) -> None:
    # Not as a touch: a merge and its end leave both tickets as they were, to the last column.
    events.record(name, by=by, subject=ticket.key, ticket_id=ticket.id, reason=reason, **more)  # type: ignore[arg-type]
