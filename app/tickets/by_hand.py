"""What a person sets by hand: the same verbs, and what the settings ask of whoever does it."""

from typing import Any

from app.errors import Invalid
from app.options import Option
from app.tickets import fields, stages, status
from app.tickets.changes import hold
from app.tickets.stages import Stage
from app.tickets.ticket import Ticket

SOLVED = ("resolved", "closed")


def _statuses(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("must be a list of statuses")
    if strange := next((one for one in value if one not in status.SETTABLE), None):
        raise ValueError(f"must be among {', '.join(status.SETTABLE)}, not {strange[:40]}")
    return [one for one in status.SETTABLE if one in value]


REASONS_FOR: Option[list[str]] = Option("tickets.reasons_for", list, _statuses)
"""Statuses that nobody sets by hand without saying why."""


def set_status(ticket: Ticket, wanted: str, *, by: str, reason: str = "", wait_reason: str | None = None) -> bool:
    """Set the status; raise Invalid naming the field where a reason or a custom field is asked for and missing."""
    hold(ticket)
    if wanted != ticket.status:
        _ask_for(wanted in REASONS_FOR.get(), wanted.replace("_", " "), reason)
        _may_be_solved(ticket, wanted)
    return status.change(ticket, wanted, by=by, reason=reason, wait_reason=wait_reason)


def set_stage(ticket: Ticket, key: str, *, by: str, reason: str = "") -> bool:
    """Move a ticket to a stage, and its status with it; raise Invalid naming what is wrong."""
    stage = stages.by_key(key)
    hold(ticket)
    if ticket.stage == stage.key and stage.fit(ticket):
        return False
    if not stage.open_to(ticket):
        raise Invalid(
            f"Tickets of {ticket.department.name} do not go through “{stage.name}”.",
            {"stage": f"is not for {ticket.department.name}"},
        )
    changes_status = not stage.fit(ticket) or (
        stage.wait_reason is not None and stage.wait_reason != ticket.wait_reason
    )
    asked = stage.reason_required or (changes_status and stage.status in REASONS_FOR.get())
    _ask_for(asked, stage.name, reason)
    if changes_status:
        _may_be_solved(ticket, stage.status)
        status.change(ticket, stage.status, by=by, reason=reason, wait_reason=stage.wait_reason, to=stage)
    else:
        stages.follow(ticket, by=by, reason=reason, to=stage)
    return True


def offered(ticket: Ticket) -> list[Stage]:
    """Return the stages a ticket may be moved to by hand."""
    return [stage for stage in stages.all_stages() if stage.open_to(ticket)]


def _ask_for(asked: bool, what: str, reason: str) -> None:
    if asked and not reason.strip():
        raise Invalid(f"Say why: a reason is needed for “{what}”.", {"reason": "is needed here"})


def _may_be_solved(ticket: Ticket, wanted: str) -> None:
    if wanted in SOLVED and ticket.status not in SOLVED:
        fields.check_resolvable(ticket)
