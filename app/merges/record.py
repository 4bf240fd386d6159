"""What was moved when one contact was merged into another, so that it can be undone exactly."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.contacts import Contact
from app.db import Base, Public


class ContactMerge(Public, Base):
    """`moved` lists, by table and column, the keys that led to the source and what had to go because the target had it
    already; `filled` is what the target learned from the source, before and after."""

    __tablename__ = "contact_merge"

    source_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text, default="")
    moved: Mapped[list[Any]] = mapped_column(default=list)
    filled: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(80))

    source: Mapped[Contact] = relationship(foreign_keys=[source_id])
    target: Mapped[Contact] = relationship(foreign_keys=[target_id])
