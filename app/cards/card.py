"""Card: one piece of work on the board of a project, and the tickets that wait for it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.cards.board import Column, Project, Segment
from app.contacts.contact import Contact
from app.db import Base, Public
from app.people.agent import Agent
from app.tickets.ticket import Ticket


class Card(Public, Base):
    """`position` orders the cards of a column, with gaps between. `answer` is what the customer reads when it is done.

    `customer_wrote_at` is set while nobody of the board has looked at what a waiting customer wrote.
    """

    __tablename__ = "card"
    __table_args__ = (Index("ix_card_column_id_position", "column_id", "position"),)

    number: Mapped[str] = mapped_column(String(24), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id"))
    column_id: Mapped[int] = mapped_column(ForeignKey("board_column.id"))
    position: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    due_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    customer_wrote_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship()
    segment: Mapped[Segment | None] = relationship()
    column: Mapped[Column] = relationship()
    owner: Mapped[Agent | None] = relationship()
    contact: Mapped[Contact | None] = relationship()
    checklist: Mapped[list["ChecklistItem"]] = relationship(order_by="ChecklistItem.id")
    links: Mapped[list["CardTicket"]] = relationship(order_by="CardTicket.ticket_id")

    @property
    def key(self) -> str:
        """The subject of its events."""
        return f"card:{self.id}"

    @property
    def waited_for(self) -> bool:
        """Whether a customer is told when it is done."""
        return any(link.waits for link in self.links)


class ChecklistItem(Public, Base):
    __tablename__ = "checklist_item"

    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    done: Mapped[bool] = mapped_column(default=False)


class CardTicket(Base):
    """A ticket that a card is about; it `waits` while its process waits for the card."""

    __tablename__ = "card_ticket"

    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, index=True)
    waits: Mapped[bool] = mapped_column(default=False)
    linked_at: Mapped[datetime] = mapped_column(default=clock.now)

    ticket: Mapped[Ticket] = relationship()
