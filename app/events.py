"""What happened, append-only, in the transaction of the change: the audit trail and the only way out of a room."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Base, db

PENDING = "events"


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
    """Add what happened to the running transaction; the relay hands it to waiting processes before the commit."""
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
    db.session.add(event)
    db.session.info.setdefault(PENDING, []).append(event)
    return event


def take_pending() -> list[Event]:
    """Hand over the events recorded in this session since the last call."""
    return db.session.info.pop(PENDING, [])  # type: ignore[no-any-return]
