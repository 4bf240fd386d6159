"""What the classification says, and what of it counts."""

from typing import Any

from app import events
from app.text import one_line
from app.tickets.category import is_used, set_category
from app.tickets.judging import THRESHOLD
from app.tickets.messages import Proposal
from app.tickets.priority import checked, set_priority
from app.tickets.proposals import propose
from app.tickets.ticket import Ticket


def classified(
    ticket: Ticket,
    category: str,
    priority: str,
    confidence: float,
    language: str,
    *,
    by: str,
    source: str,
    model: str = "",
    prompt_version: str = "",
    detail: dict[str, Any] | None = None,
) -> Proposal:
    """Keep a classification as a proposal and fill in what nobody chose.

    The category is filled in whatever the confidence, so that triage has something to start from; the priority only
    from the option `triage.threshold` on. An unknown category is kept in the proposal alone.
    """
    checked(priority)
    said = {"category": category, "priority": priority, "confidence": confidence, "language": language}
    proposal = propose(
        ticket,
        "classification",
        by=by,
        source=source,
        model=model,
        prompt_version=prompt_version,
        detail=said | (detail or {}),
    )
    ticket.confidence = min(max(confidence, 0.0), 1.0)
    ticket.language = ticket.language or one_line(language, 8)
    if ticket.category is None and is_used(category):
        set_category(ticket, category, by=by, reason="classified")
    if ticket.confidence >= THRESHOLD.get() and not _priority_was_chosen(ticket):
        set_priority(ticket, priority, by=by, reason="classified")
    return proposal


def _priority_was_chosen(ticket: Ticket) -> bool:
    told = events.told(ticket.id, ("request.received", "ticket.priority_changed"))
    return any(after.get("priority") for after in told)
