"""Clock: one running promise to a customer, of one of the kinds of a policy."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Base, Public


class Clock(Public, Base):
    """`budget` and `remaining` are seconds of business time; `due_at` is null while paused.

    The terms it was last reckoned with stay with it: `budget`, `calendar`, `paused_by`, `near_breach`, `in_hours`.
    `round` counts the clocks of one kind; one that waits for an answer does so `after_message`. `alerts` maps the
    names of alerts that were given, besides the near-breach alert, to when.
    """

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index("uq_sla_clock_ticket_id_kind_round", "ticket_id", "kind", "round", unique=True),
        Index("ix_sla_clock_state_due_at", "state", "due_at"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    kind: Mapped[str] = mapped_column(String(20))  # first_response next_response idle resolution
    round: Mapped[int] = mapped_column(default=1)
    after_message: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="running")  # running paused met missed cancelled
    budget: Mapped[float]
    calendar: Mapped[dict[str, Any]]
    paused_by: Mapped[list[Any]] = mapped_column(default=list)
    near_breach: Mapped[float] = mapped_column(default=0.75)
    in_hours: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime | None]
    near_at: Mapped[datetime | None]
    remaining: Mapped[float | None]
    paused_since: Mapped[datetime | None]
    alerted_at: Mapped[datetime | None]
    alerts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    breached_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
