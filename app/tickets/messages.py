"""The conversation of a ticket: mails in and out, notes, attachments, drafts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Base, Public


class Message(Public, Base):
    """One line of the conversation. `kind`: message (from the customer), reply, note, auto (sent by the process).

    `delivery` of what goes out: queued, connecting, handed_over, sent, failed, unknown, mailbox; empty otherwise.
    `held` says why a message from a stranger is not part of the conversation yet.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_ticket_id_id", "ticket_id", "id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(10))
    direction: Mapped[str] = mapped_column(String(8))  # in out internal
    author: Mapped[str] = mapped_column(String(80))
    author_name: Mapped[str] = mapped_column(String(200), default="")
    author_email: Mapped[str] = mapped_column(String(320), default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    full_text: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(String(998), index=True)
    in_reply_to: Mapped[str | None] = mapped_column(String(998))
    raw_id: Mapped[int | None]
    delivery: Mapped[str] = mapped_column(String(12), default="")
    delivery_note: Mapped[str] = mapped_column(Text, default="")
    held: Mapped[str] = mapped_column(String(200), default="")
    answerable: Mapped[bool] = mapped_column(default=True)  # by a machine (RFC 3834)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")


class Blob(Base):
    """Bytes by content: stored once, whoever refers to them."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Public, Base):
    __tablename__ = "attachment"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    inline: Mapped[bool] = mapped_column(default=False)
    content_id: Mapped[str | None] = mapped_column(String(255))


class Proposal(Base):
    """What the AI proposed for a ticket and what became of it: classification, reply or summary."""

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_ticket_id_id", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source: Mapped[str] = mapped_column(String(10))  # model local
    model: Mapped[str] = mapped_column(String(80), default="")
    prompt_version: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    outcome: Mapped[str] = mapped_column(String(12), default="")  # used edited ignored


class Draft(Base):
    """An agent's unsent text on a ticket; survives reload and crash."""

    __tablename__ = "draft"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
