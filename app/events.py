"""What happened, append-only, in the transaction of the change: the audit trail and the only way out of a room."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, bindparam, insert, select
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import clock
from app.db import Base, db, execute, of_transaction

_PENDING, _UNWRITTEN = "events.pending", "events.unwritten"


class Event(Base):
    """One thing that happened. `subject` is `kind:id`; `actor` is `agent:id`, `contact:id`, `process:key`, `system`."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject_id", "subject", "id"), Index("ix_event_ticket_id_id", "ticket_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(80), index=True)
    actor: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(80))
    ticket_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Seal(Base):
    """One link of the hash chain over events and process history; written by the sealer, never by the change itself."""

    __tablename__ = "seal"
    __table_args__ = (Index("uq_seal_source_row_id", "source", "row_id", unique=True),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(16))
    row_id: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


_TABLE = Event.metadata.tables[Event.__tablename__]
_COLUMNS = [column.name for column in _TABLE.columns if not column.primary_key]
_INSERT = insert(_TABLE)
_AFTER = select(_TABLE.c.after).where(
    _TABLE.c.ticket_id == bindparam("ticket"), _TABLE.c.name.in_(bindparam("names", expanding=True))
)


def record(
    name: str,
    *,
    by: str,
    subject: str,
    ticket_id: int | None = None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Add what happened to the running transaction; the relay hands it to waiting processes before the commit.

    The row is written with all others of the transaction just before the commit.
    """
    event = Event(
        at=clock.now(),
        name=name,
        actor=by,
        subject=subject,
        ticket_id=ticket_id,
        reason=reason,
        before=before,
        after=after,
        data=data or {},
    )
    for kept in (_PENDING, _UNWRITTEN):
        of_transaction().setdefault(kept, []).append(event)
    return event


def take_pending() -> list[Event]:
    """Hand over the events recorded in this session since the last call."""
    return db.session.info.pop(_PENDING, [])  # type: ignore[no-any-return]


def told(ticket_id: int, names: Collection[str]) -> list[dict[str, Any]]:
    """Return what a ticket's events of these names left behind, those of the running transaction too, in any order."""
    written = execute(_AFTER, {"ticket": ticket_id, "names": list(names)}).scalars()
    fresh = (one for one in of_transaction().get(_UNWRITTEN, ()) if one.ticket_id == ticket_id and one.name in names)
    return [after or {} for after in (*written, *(one.after for one in fresh))]


def write() -> None:
    """Write what was recorded so far, for whoever reads it in the same transaction."""
    _write(db.session())


def _write(session: Session) -> None:
    rows = session.info.pop(_UNWRITTEN, [])
    if rows:
        session.connection().execute(_INSERT, [{name: getattr(row, name) for name in _COLUMNS} for row in rows])


@sa_event.listens_for(Session, "before_commit")
def _write_all(session: Session) -> None:
    # Not in a savepoint: what came before it would be lost with it.
    if not session.in_nested_transaction():
        _write(session)


@sa_event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_PENDING, None)
        session.info.pop(_UNWRITTEN, None)
