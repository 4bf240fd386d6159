"""Policy: how long the desk may take, per priority and optionally department."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from app import events
from app.db import Base, db
from app.departments import Department
from app.errors import Invalid, NotFound
from app.text import one_line
from app.tickets.priority import checked
from app.tickets.ticket import PRIORITIES, WAIT_REASONS, Ticket

KINDS = ("first_response", "resolution")
PAUSES: dict[str, list[str]] = {"first_response": [], "resolution": list(WAIT_REASONS)}
"""The wait reasons that pause a clock where a policy does not choose."""

_MINUTE, _HOUR = 60, 3600
PRESETS = {
    "low": (24 * _HOUR, 72 * _HOUR),
    "medium": (8 * _HOUR, 24 * _HOUR),
    "high": (2 * _HOUR, 8 * _HOUR),
    "urgent": (30 * _MINUTE, 2 * _HOUR),
}
"""Seconds to the first response and to the resolution."""


class Policy(Base):
    """Targets in seconds of business time. `pauses` maps a clock kind to the wait reasons that stop it."""

    __tablename__ = "policy"
    __table_args__ = (UniqueConstraint("priority", "department_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    priority: Mapped[str] = mapped_column(String(10))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    first_response: Mapped[int]
    resolution: Mapped[int]
    near_breach: Mapped[float] = mapped_column(default=0.75)
    pauses: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def budget(self, kind: str) -> int:
        """Return the seconds a clock of this kind may take."""
        return self.first_response if kind == "first_response" else self.resolution

    def paused_by(self, kind: str) -> frozenset[str]:
        """Return the wait reasons that pause a clock of this kind."""
        return frozenset(self.pauses.get(kind, PAUSES[kind]))


def policy_for(ticket: Ticket) -> Policy:
    """Return the policy of the ticket's priority, that of its department first; raise NotFound without any."""
    theirs = or_(Policy.department_id == ticket.department_id, Policy.department_id.is_(None))
    query = select(Policy).where(Policy.priority == ticket.priority, theirs)
    policy = db.session.scalars(query.order_by(Policy.department_id.is_(None), Policy.id).limit(1)).first()
    if policy is None:
        raise NotFound(f"There is no SLA policy for priority {ticket.priority}.")
    return policy


def policies() -> list[Policy]:
    """Return every policy, by department and from the least to the most pressing priority."""
    rows = db.session.scalars(select(Policy)).all()
    return sorted(rows, key=lambda row: (row.department_id or 0, PRIORITIES.index(row.priority)))


def set_policy(
    priority: str,
    *,
    first_response: int,
    resolution: int,
    by: str,
    name: str = "",
    department: Department | None = None,
    near_breach: float = 0.75,
    pauses: Mapping[str, Collection[str]] | None = None,
) -> Policy:
    """Return the policy of a priority (and department), made or changed to this; targets in seconds.

    Raise Invalid naming a target that is not positive, a share that is not above 0 and at most 1, an unknown pause.
    """
    wanted: dict[str, Any] = {
        "name": one_line(name, 120) or priority.capitalize(),
        "first_response": _positive("first_response", first_response),
        "resolution": _positive("resolution", resolution),
        "near_breach": _fraction(near_breach),
        "pauses": _pauses(pauses),
    }
    place = {"priority": checked(priority), "department_id": department.id if department else None}
    policy = db.session.scalars(select(Policy).filter_by(**place).with_for_update()).one_or_none()
    before = {field: getattr(policy, field) for field in wanted} if policy else None
    if policy is None:
        policy = Policy(**place)
        db.session.add(policy)
    if before == wanted:
        return policy
    for field, value in wanted.items():
        setattr(policy, field, value)
    db.session.flush()
    events.record("policy.set", by=by, subject=f"policy:{policy.id}", before=before, after=place | wanted)
    return policy


def ensure_presets(by: str) -> None:
    """Make the preset policies that are missing; what somebody changed stays."""
    present = set(db.session.scalars(select(Policy.priority).where(Policy.department_id.is_(None))))
    for priority, (first_response, resolution) in PRESETS.items():
        if priority not in present:
            set_policy(priority, first_response=first_response, resolution=resolution, by=by)


def _positive(field: str, seconds: int) -> int:
    if seconds <= 0:
        raise Invalid(f"A target of {seconds} s cannot be kept.", {field: "must be more than zero"})
    return seconds


def _fraction(near_breach: float) -> float:
    if not 0 < near_breach <= 1:
        raise Invalid("The near-breach alert cannot be then.", {"near_breach": "must be above 0 and at most 1"})
    return near_breach


def _pauses(pauses: Mapping[str, Collection[str]] | None) -> dict[str, list[str]]:
    chosen = PAUSES | {kind: sorted(reasons) for kind, reasons in (pauses or {}).items()}
    if unknown := (set(chosen) - set(KINDS)) | {r for reasons in chosen.values() for r in reasons} - set(WAIT_REASONS):
        known = f"use {', '.join(KINDS)} with {', '.join(WAIT_REASONS)}"
        raise Invalid("These pauses are not known.", {"pauses": f"{', '.join(sorted(unknown))}: {known}"})
    return {kind: sorted(reasons) for kind, reasons in chosen.items()}
