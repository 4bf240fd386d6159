"""A CRM the desk reads from, each of its runs, and what a run did to whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from app import clock
from app.contacts import Contact
from app.db import Base, Public

KINDS = ("http", "csv")
INTERVALS = (0, 1, 6, 24, 168)
"""Hours between two runs; 0 when only somebody starts one."""


class Source(Public, Base):
    """`name` is the system of its links; `mapping` says where a field stands in a record; `since` is where the next
    run begins; `revision` rises with each schedule, so that an older one gives way."""

    __tablename__ = "crm_source"

    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    url: Mapped[str] = mapped_column(String(500), default="")
    path: Mapped[str] = mapped_column(String(500), default="")
    token: Mapped[str] = mapped_column(String(2000), default="")
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    every_hours: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    since: Mapped[str] = mapped_column(String(500), default="")

    @property
    def subject(self) -> str:
        """The subject of its events and the business key of its schedule."""
        return f"crm_source:{self.id}"


class Run(Public, Base):
    """One reading of a source, page by page. `state` is running, done or failed; `content` is an uploaded file, kept
    until the run ends."""

    __tablename__ = "crm_run"
    __table_args__ = (Index("ix_crm_run_source_id_id", "source_id", "id"),)

    source_id: Mapped[int] = mapped_column(ForeignKey("crm_source.id"))
    by: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10), default="running")
    began_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[str] = mapped_column(String(500), default="")
    cursor: Mapped[str] = mapped_column(String(500), default="")
    next_since: Mapped[str] = mapped_column(String(500), default="")
    pages: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    filename: Mapped[str] = mapped_column(String(255), default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    source: Mapped[Source] = relationship()

    @property
    def subject(self) -> str:
        """The subject of its events and the business key of its process."""
        return f"crm_run:{self.id}"

    @property
    def rows(self) -> int:
        """How many records it has read."""
        return self.added + self.changed + self.unchanged + self.refused


class Line(Base):
    """What a run did with one record: added, changed, kept (edited by hand, so it stays) or refused, and why."""

    __tablename__ = "crm_line"
    __table_args__ = (Index("ix_crm_line_run_id_id", "run_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("crm_run.id"))
    row: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(10))
    external_id: Mapped[str] = mapped_column(String(120), default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)

    contact: Mapped[Contact | None] = relationship()
