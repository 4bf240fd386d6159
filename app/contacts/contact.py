"""Contact: a person who asks for help, known by any number of mail addresses and phones."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Base, Public
from app.people.agent import Agent


class Organisation(Public, Base):
    """A customer's company. Everybody of a `vip` organisation goes first."""

    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    notes: Mapped[str] = mapped_column(Text, default="")
    vip: Mapped[bool] = mapped_column(default=False)

    domains: Mapped[list["OrganisationDomain"]] = relationship(
        back_populates="organisation", order_by="OrganisationDomain.domain", cascade="all, delete-orphan"
    )

    @property
    def subject(self) -> str:
        """The subject of its events."""
        return f"organisation:{self.id}"


class OrganisationDomain(Base):
    """A mail domain in lower case; whoever writes from it belongs to the organisation."""

    __tablename__ = "organisation_domain"

    domain: Mapped[str] = mapped_column(String(200), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)

    organisation: Mapped[Organisation] = relationship(back_populates="domains")


class Contact(Public, Base):
    """A person. One that was merged stays, without addresses, and says into whom."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_name_id", "name", "id"),
        Index("ix_contact_organisation_id_name", "organisation_id", "name"),
    )

    name: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    vip: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    product: Mapped[str] = mapped_column(String(40), default="")
    may_request_changes: Mapped[bool] = mapped_column(default=False)
    preferred_agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    organisation: Mapped[Organisation | None] = relationship()
    preferred_agent: Mapped[Agent | None] = relationship()
    merged_into: Mapped["Contact | None"] = relationship(remote_side="Contact.id")
    emails: Mapped[list["ContactEmail"]] = relationship(back_populates="contact", order_by="ContactEmail.created_at")
    phones: Mapped[list["ContactPhone"]] = relationship(back_populates="contact", order_by="ContactPhone.id")
    links: Mapped[list["CrmLink"]] = relationship(back_populates="contact", order_by="CrmLink.id")

    @property
    def email(self) -> str:
        """The first address, or an empty string for a contact without one."""
        return self.emails[0].email if self.emails else ""

    @property
    def phone(self) -> str:
        """The first phone, or an empty string for a contact without one."""
        return self.phones[0].phone if self.phones else ""

    @property
    def goes_first(self) -> bool:
        """Whether this person is VIP, or everybody of their organisation is."""
        return self.vip or (self.organisation is not None and self.organisation.vip)

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


class ContactPhone(Base):
    """A phone as somebody wrote it, and its digits to know it again; a family or an office may share one."""

    __tablename__ = "contact_phone"
    __table_args__ = (Index("uq_contact_phone_contact_id_digits", "contact_id", "digits", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    phone: Mapped[str] = mapped_column(String(60))
    digits: Mapped[str] = mapped_column(String(20), index=True)

    contact: Mapped[Contact] = relationship(back_populates="phones")


class CrmLink(Base):
    """The record of a CRM that is this person. `given` is what it said last; {} when a person made the link."""

    __tablename__ = "crm_link"
    __table_args__ = (Index("uq_crm_link_system_external_id", "system", "external_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    system: Mapped[str] = mapped_column(String(60))
    external_id: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500), default="")
    given: Mapped[dict[str, Any]] = mapped_column(default=dict)
    synced_at: Mapped[datetime | None]

    contact: Mapped[Contact] = relationship(back_populates="links")
