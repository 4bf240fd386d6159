"""Clock: one running promise to a customer: first response or resolution."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Base, Public


class Clock(Public, Base):
    """`budget` and `remaining` are seconds of business time; `due_at` is null while paused."""

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index("ix_sla_clock_ticket_id_kind", "ticket_id", "kind", unique=True),
        Index("ix_sla_clock_state_due_at", "state", "due_at"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    kind: Mapped[str] = mapped_column(String(20))  # first_response resolution
    state: Mapped[str] = mapped_column(String(10), default="running")  # running paused met missed cancelled
    budget: Mapped[float]
    calendar: Mapped[dict[str, Any]]
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime | None]
    near_at: Mapped[datetime | None]
    remaining: Mapped[float | None]
    paused_since: Mapped[datetime | None]
    alerted_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
