"""Policy: how long the desk may take, per priority and optionally for a department, an organisation, or both."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contacts.contact import Organisation
from app.db import Base, Public
from app.departments.department import Department
from app.errors import Invalid
from app.tickets.priority import checked
from app.tickets.ticket import WAIT_REASONS

KINDS = ("first_response", "next_response", "idle", "resolution")
ROUNDS = ("next_response", "idle")
"""The clocks of a customer who waits for an answer: a new one each time they begin to wait."""

PAUSES: dict[str, list[str]] = {
    "first_response": [],
    "next_response": list(WAIT_REASONS),
    "idle": list(WAIT_REASONS),
    "resolution": list(WAIT_REASONS),
}
"""The wait reasons that pause a clock where a policy does not choose."""

_MINUTE, _HOUR = 60, 3600
LONGEST = 365 * 24 * _HOUR
"""Seconds; nobody promises anything for later."""

PRESETS: dict[str, dict[str, Any]] = {
    "low": {"first_response": 24 * _HOUR, "next_response": 24 * _HOUR, "idle": 72 * _HOUR, "resolution": 72 * _HOUR},
    "medium": {"first_response": 8 * _HOUR, "next_response": 8 * _HOUR, "idle": 24 * _HOUR, "resolution": 24 * _HOUR},
    "high": {"first_response": 2 * _HOUR, "next_response": 2 * _HOUR, "idle": 8 * _HOUR, "resolution": 8 * _HOUR},
    "urgent": {
        "first_response": 30 * _MINUTE,
        "next_response": 30 * _MINUTE,
        "idle": 2 * _HOUR,
        "resolution": 2 * _HOUR,
    },
}
"""Seconds of each target, by priority."""


class Policy(Public, Base):
    """Targets in seconds of business time; a target that is None promises nothing, so there is no such clock.

    `pauses` maps a clock kind to the wait reasons that stop it. `in_hours`: a manager hears of it while the desk is
    open. A policy that was removed has no `place` and stays for the clocks that counted by it.
    """

    __tablename__ = "policy"

    name: Mapped[str] = mapped_column(String(120))
    priority: Mapped[str] = mapped_column(String(10))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    place: Mapped[str | None] = mapped_column(String(60), unique=True)
    first_response: Mapped[int | None]
    next_response: Mapped[int | None]
    idle: Mapped[int | None]
    resolution: Mapped[int | None]
    near_breach: Mapped[float] = mapped_column(default=0.75)
    in_hours: Mapped[bool] = mapped_column(default=False)
    pauses: Mapped[dict[str, Any]] = mapped_column(default=dict)
    removed_at: Mapped[datetime | None]

    department: Mapped[Department | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    def budget(self, kind: str) -> int | None:
        """Return the seconds a clock of this kind may take, or None where nothing is promised."""
        found: int | None = getattr(self, kind)
        return found

    def paused_by(self, kind: str) -> frozenset[str]:
        """Return the wait reasons that pause a clock of this kind."""
        return frozenset(self.pauses.get(kind, PAUSES[kind]))


def place_of(priority: str, department: Department | None, organisation: Organisation | None) -> str:
    """Return what only one policy may be for; raise Invalid for an unknown priority."""
    return f"{checked(priority)}:{department.id if department else 0}:{organisation.id if organisation else 0}"


def checked_targets(targets: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the targets of every kind; raise Invalid naming those that are not between a second and a year."""
    wrong = {kind: reason for kind, seconds in targets.items() if (reason := _refused(seconds))}
    if wrong:
        kind, reason = next(iter(wrong.items()))
        raise Invalid(f"The target for {kind.replace('_', ' ')} {reason}.", wrong)
    return dict(targets)


def _refused(seconds: Any) -> str:
    if seconds is None:
        return ""
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        return "must be a whole number of seconds"
    if seconds <= 0:
        return "must be more than zero"
    return "must be at most 365 days" if seconds > LONGEST else ""


def checked_share(near_breach: Any) -> float:
    """Return the share of a target at which to alert; raise Invalid unless it is above 0 and at most 1."""
    if isinstance(near_breach, bool) or not isinstance(near_breach, int | float) or not 0 < near_breach <= 1:
        raise Invalid("The near-breach alert cannot be then.", {"near_breach": "must be above 0 and at most 1"})
    return float(near_breach)


def checked_pauses(pauses: Mapping[str, Collection[str]] | None) -> dict[str, list[str]]:
    """Return the wait reasons of every kind, those not chosen as usual; raise Invalid for an unknown one."""
    chosen = PAUSES | {kind: sorted(set(reasons)) for kind, reasons in (pauses or {}).items()}
    if unknown := (set(chosen) - set(KINDS)) | {r for reasons in chosen.values() for r in reasons} - set(WAIT_REASONS):
        known = f"use {', '.join(KINDS)} with {', '.join(WAIT_REASONS)}"
        raise Invalid("These pauses are not known.", {"pauses": f"{', '.join(sorted(unknown))}: {known}"})
    return {kind: sorted(reasons) for kind, reasons in chosen.items()}
