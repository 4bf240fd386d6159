"""What the classification says, and what of it counts."""

from typing import Any

from sqlalchemy import select

from app import events
from app.db import db
from app.events import Event
from app.text import one_line
from app.tickets.category import set_category
from app.tickets.judging import THRESHOLD
from app.tickets.messages import Proposal
from app.tickets.priority import checked, set_priority
from app.tickets.proposals import propose
from app.tickets.ticket import Category, Ticket


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
    known = db.session.get(Category, category)
    if ticket.category is None and known is not None and not known.archived:
        set_category(ticket, category, by=by, reason="classified")
    if ticket.confidence >= THRESHOLD.get() and not _priority_was_chosen(ticket):
        set_priority(ticket, priority, by=by, reason="classified")
    return proposal


def _priority_was_chosen(ticket: Ticket) -> bool:
    events.write()
    query = select(Event.name, Event.after).where(Event.ticket_id == ticket.id)
    told = db.session.execute(query.where(Event.name.in_(("request.received", "ticket.priority_changed"))))
    return any((after or {}).get("priority") for _name, after in told)
