"""Outgoing mail: a row per mail that walks queued → connecting → handed_over → sent, failed or unknown (promise P2)."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Base, Public


class Outgoing(Public, Base):
    """`state` is one of queued, connecting, handed_over, sent, failed, unknown, mailbox (kept here, no SMTP is set)."""

    __tablename__ = "outgoing"

    reference: Mapped[str] = mapped_column(String(80), unique=True)  # what it delivers, such as message:12
    ticket_id: Mapped[int | None] = mapped_column(index=True)
    conversation_id: Mapped[int | None]  # the conversation's message it carries, if any
    sender: Mapped[str] = mapped_column(String(320))
    recipients: Mapped[list[Any]]
    subject: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[str] = mapped_column(String(998))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default="queued", index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
