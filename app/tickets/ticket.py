"""Ticket: one request of one contact. What it *is* lives here; where it stands lives in its process instance."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app import clock
from app.contacts.contact import Contact
from app.db import Base, Public
from app.departments.department import Department
from app.people.agent import Agent

STATUSES = (
    "open",
    "in_progress",
    "customer_responded",
    "waiting",
    "resolved",
    "closed",
    "cancelled",
    "rejected",
    "merged",
)
OPEN_STATUSES = ("open", "in_progress", "customer_responded", "waiting")
WAIT_REASONS = ("customer", "third_party", "review", "delivery")
"""`delivery` is for a card, whose board shows it; such a ticket is in nobody's inbox."""
PRIORITIES = ("low", "medium", "high", "urgent")
CHANNELS = ("web", "email", "phone", "chat", "im", "api", "other")


def rank_of(status: str, priority: str, wait_reason: str | None = None) -> int:
    """Return how far up a ticket surfaces: 0 for one that is done or waits for a card, then 1, customer responded 2,
    urgent 3, both 4."""
    if status not in OPEN_STATUSES or (status == "waiting" and wait_reason == "delivery"):
        return 0
    return 1 + (status == "customer_responded") + 2 * (priority == "urgent")


def _rank_of_row(context: Any) -> int:
    row = context.get_current_parameters()
    return rank_of(row.get("status", "open"), row.get("priority", "medium"), row.get("wait_reason"))


FIRST_STAGES = {
    "open": "new",
    "in_progress": "in_progress",
    "customer_responded": "in_progress",
    "waiting": "awaiting",
    "cancelled": "cancelled",
    "rejected": "rejected",
}
"""Keys of the stages a desk begins with, by status; what is not named is done."""


def _stage_of_row(context: Any) -> str:
    return FIRST_STAGES.get(context.get_current_parameters().get("status", "open"), "done")


class Category(Base):
    __tablename__ = "category"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    parent: Mapped[str | None] = mapped_column(String(40))  # the category it is below
    position: Mapped[int] = mapped_column(default=0)
    archived: Mapped[bool] = mapped_column(default=False)


class Word(Base):
    """An entry of a dictionary besides the categories: a type, a product or a tag the desk knows."""

    __tablename__ = "word"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    archived: Mapped[bool] = mapped_column(default=False)


class Ticket(Public, Base):
    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_status_updated_at", "status", "updated_at"),
        Index("ix_ticket_assignee_id_status", "assignee_id", "status"),
        Index("ix_ticket_department_id_status", "department_id", "status"),
        Index("ix_ticket_contact_id_id", "contact_id", "id"),
        Index("ix_ticket_rank_updated_at_id", "rank", "updated_at", "id"),
        Index("ix_ticket_stage_rank_updated_at", "stage", "rank", "updated_at"),
    )

    number: Mapped[str] = mapped_column(String(24), unique=True)
    subject: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default="open")
    wait_reason: Mapped[str | None] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(40), default=_stage_of_row)
    watched: Mapped[bool] = mapped_column(default=False)  # whether a process looks if it lies untouched
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    absorbed: Mapped[int] = mapped_column(default=0)  # how many tickets are merged into this one
    priority: Mapped[str] = mapped_column(String(10), default="medium")
    rank: Mapped[int] = mapped_column(default=_rank_of_row)  # kept by what sets status and priority
    category: Mapped[str | None] = mapped_column(ForeignKey("category.key"))
    type: Mapped[str] = mapped_column(String(40), default="")
    product: Mapped[str] = mapped_column(String(40), default="")
    confidence: Mapped[float | None]
    tags: Mapped[list[Any]] = mapped_column(default=list)
    channel: Mapped[str] = mapped_column(String(10), default="email")
    language: Mapped[str] = mapped_column(String(8), default="")
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    custom: Mapped[dict[str, Any]] = mapped_column(default=dict)
    flagged: Mapped[str] = mapped_column(String(40), default="")  # why a manager should look: breach, idle
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    queued_at: Mapped[datetime | None]  # since when it waits for somebody who can take it
    first_replied_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    department: Mapped[Department] = relationship()
    assignee: Mapped[Agent | None] = relationship()
    contact: Mapped[Contact] = relationship()

    @validates("status", "priority", "wait_reason")
    def _keep_rank(self, field: str, value: Any) -> Any:
        now = {
            "status": self.status or "open",
            "priority": self.priority or "medium",
            "wait_reason": self.wait_reason,
            field: value,
        }
        self.rank = rank_of(**now)
        return value

    @property
    def key(self) -> str:
        """The business key of this ticket's processes and the subject of its events."""
        return f"ticket:{self.id}"


class TicketNumber(Base):
    """Hands out rising ticket numbers: the key of an inserted row is the next number."""

    __tablename__ = "ticket_number"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)


class Participant(Base):
    """A contact, besides the requester, whose mails belong to the ticket."""

    __tablename__ = "participant"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)


class StatusChange(Base):
    """Who set which status when and why; the pauses of the clocks are read from here."""

    __tablename__ = "status_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str] = mapped_column(String(80))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    wait_reason: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
