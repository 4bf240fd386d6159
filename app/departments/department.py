"""Department: a desk with its addresses, members and business calendar."""

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Public
from app.people.agent import Agent


class BusinessCalendar(Public, Base):
    """When a department works; `spec` has the shape `app.sla.calendar` parses: timezone, hours, holidays."""

    __tablename__ = "business_calendar"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    spec: Mapped[dict[str, Any]]


class Department(Public, Base):
    __tablename__ = "department"

    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    is_default: Mapped[bool] = mapped_column(default=False)
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("business_calendar.id"))
    last_assigned_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    strategy: Mapped[str] = mapped_column(String(20), default="round_robin")
    prefers_agent: Mapped[bool] = mapped_column(default=False)  # the contact's own agent first
    vip_to_senior: Mapped[bool] = mapped_column(default=False)

    calendar: Mapped[BusinessCalendar | None] = relationship()
    addresses: Mapped[list["DepartmentAddress"]] = relationship(back_populates="department")
    members: Mapped[list[Agent]] = relationship(secondary="department_member", order_by="Agent.id")

    @property
    def subject(self) -> str:
        """The name under which what happens to it is recorded."""
        return f"department:{self.id}"


class DepartmentAddress(Base):
    """A mail address that opens tickets in a department; stored in lower case."""

    __tablename__ = "department_address"

    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))

    department: Mapped[Department] = relationship(back_populates="addresses")


class DepartmentMember(Base):
    __tablename__ = "department_member"

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
