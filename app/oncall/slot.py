"""Rota slots: who is on call from when to when, for one department or for the whole desk."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Public
from app.departments.department import Department
from app.people.agent import Agent


class Slot(Public, Base):
    """`department` is None where the whole desk is meant; `source` is the calendar file it came from, empty by hand."""

    __tablename__ = "oncall_slot"
    __table_args__ = (Index("ix_oncall_slot_ends_at_starts_at", "ends_at", "starts_at"),)

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(120), default="")

    agent: Mapped[Agent] = relationship()
    department: Mapped[Department | None] = relationship()
