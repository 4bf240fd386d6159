"""Raw messages: kept before anything is understood, whatever they are."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Base, Public, put


class RawMessage(Public, Base):
    """`state`: kept, understood, quarantined, duplicate or ignored; `problem` says why for the last three."""

    __tablename__ = "raw_message"

    received_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    source: Mapped[str] = mapped_column(String(10))  # smtp pipe api imap
    mail_from: Mapped[str] = mapped_column(String(320), default="")
    rcpt_to: Mapped[list[Any]] = mapped_column(default=list)
    department: Mapped[str] = mapped_column(String(40), default="")
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(12), default="kept", index=True)
    problem: Mapped[str] = mapped_column(Text, default="")
    ticket_id: Mapped[int | None] = mapped_column(index=True)


def keep(
    raw: bytes, *, source: str, mail_from: str = "", rcpt_to: list[str] | None = None, department: str = ""
) -> RawMessage:
    """Add the bytes to the running transaction; the caller commits before it says yes to the sender."""
    return put(
        RawMessage(
            source=source,
            mail_from=mail_from.replace("\x00", "")[:320],
            rcpt_to=[r.replace("\x00", "") for r in rcpt_to or []],
            department=department,
            raw=raw,
            sha256=hashlib.sha256(raw).hexdigest(),
        )
    )
