"""Agent: somebody who works at the desk."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

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
    absent: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int | None]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    signature: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

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


class ApiToken(Base):
    """A bearer token of an agent, kept only as SHA-256."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]
