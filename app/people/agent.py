"""Agent: somebody who works at the desk."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text, bindparam, exists, or_
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app import clock
from app.db import Base, Public

ROLES = ("agent", "senior", "manager", "owner", "auditor", "admin")


class Agent(Public, Base):
    __tablename__ = "agent"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(12), default="agent")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    capacity: Mapped[int | None]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    signature: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    if TYPE_CHECKING:
        absent: Mapped[bool]  # away now; read with the agent, from the absences below

    # flask-login asks for these four names.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return self.public_id

    @property
    def actor(self) -> str:
        """The name under which this agent's actions are recorded."""
        return f"agent:{self.id}"


class Absence(Public, Base):
    """A time somebody is away: from `starts_at` until `ends_at`, or until somebody says they are back."""

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_agent_id_ends_at", "agent_id", "ends_at"),)

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


_NOW = bindparam("now", callable_=clock.now, type_=Absence.starts_at.type)
Agent.absent = column_property(
    exists()
    .where(Absence.agent_id == Agent.id, Absence.starts_at <= _NOW)
    .where(or_(Absence.ends_at.is_(None), Absence.ends_at > _NOW))
    .correlate_except(Absence)
)


class ApiToken(Base):
    """A bearer token of an agent, kept only as SHA-256."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]
