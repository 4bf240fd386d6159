"""Contact: a person who asks for help, known by one or more mail addresses."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Base, Public
from app.people.agent import Agent


class Organisation(Public, Base):
    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    domain: Mapped[str | None] = mapped_column(String(200), unique=True)


class Contact(Public, Base):
    __tablename__ = "contact"

    name: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    vip: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(String(60), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    product: Mapped[str] = mapped_column(String(40), default="")
    may_request_changes: Mapped[bool] = mapped_column(default=False)
    preferred_agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    organisation: Mapped[Organisation | None] = relationship()
    preferred_agent: Mapped[Agent | None] = relationship()
    emails: Mapped[list["ContactEmail"]] = relationship(back_populates="contact", order_by="ContactEmail.created_at")

    @property
    def email(self) -> str:
        """The first address, or an empty string for a contact without one."""
        return self.emails[0].email if self.emails else ""

    @property
    def actor(self) -> str:
        return f"contact:{self.id}"


class ContactEmail(Base):
    """An address in lower case; belongs to one contact only."""

    __tablename__ = "contact_email"

    email: Mapped[str] = mapped_column(String(320), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    contact: Mapped[Contact] = relationship(back_populates="emails")
