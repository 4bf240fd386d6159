"""Dispatch log: which rule or strategy sent a ticket where, from which inputs and candidates, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Base, db
from app.tickets.ticket import Ticket


class Dispatch(Base):
    __tablename__ = "dispatch"
    __table_args__ = (Index("ix_dispatch_chosen_id", "chosen", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    rule: Mapped[str] = mapped_column(String(120))
    inputs: Mapped[dict[str, Any]]
    candidates: Mapped[list[Any]]
    chosen: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(Text)

    ticket: Mapped[Ticket] = relationship()


def dispatches(ticket: Ticket) -> list[Dispatch]:
    """Return how a ticket came where it is, oldest first."""
    query = select(Dispatch).where(Dispatch.ticket_id == ticket.id)
    return list(db.session.scalars(query.order_by(Dispatch.id)))


def log(ticket: Ticket, *, rule: str, inputs: dict[str, Any], candidates: list[Any], chosen: str, reason: str) -> None:
    """Keep one decision."""
    db.session.add(
        Dispatch(
            ticket_id=ticket.id,
            rule=rule[:120],
            inputs=inputs,
            candidates=candidates,
            chosen=chosen,
            reason=reason,
        )
    )
