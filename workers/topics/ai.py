"""What the AI is asked; every answer is a proposal a person or the drawing judges."""

from typing import Any

from sqlalchemy import bindparam, select

from app import ai
from app.ai.data import PublicMessage, Request, TicketContext
from app.config import settings
from app.db import db, execute
from app.engine import Phases, topic
from app.tickets import classifying, facts, finding, proposals
from app.tickets.messages import Message
from app.tickets.ticket import Category, Ticket

BY = "process:request"
LATEST = 20
"""Messages at the end of a conversation that a draft and a summary are made of."""

_CATEGORIES = select(Category.key, Category.name).where(Category.archived.is_(False))
_PUBLIC = (Message.direction.in_(("in", "out")), Message.kind != "auto", Message.held == "")
_SPOKEN = select(Message.id, Message.body, Message.direction).where(Message.ticket_id == bindparam("ticket"), *_PUBLIC)
_FIRST = _SPOKEN.order_by(Message.id).limit(1)
_LATEST = _SPOKEN.order_by(Message.id.desc()).limit(LATEST)


@topic(
    "ai.classify",
    returns={"category": str, "priority": str, "confidence": float, "language": str},
    outside=ai.configured,
)
def classify(ticket: int) -> Phases:
    """Propose category and priority with a confidence; a category the sender gave stands."""
    found = finding.by_id(ticket)
    categories = dict(execute(_CATEGORIES).all())
    request = Request(subject=found.subject, text=facts.request_text(found))
    yield
    answer = ai.classify(request, categories, ai.provider())
    yield
    classifying.classified(
        finding.by_id(ticket),
        answer.category,
        answer.priority,
        answer.confidence,
        answer.language,
        by=BY,
        source=answer.source,
        model=answer.model,
        prompt_version=answer.prompt_version,
        detail={"reason": answer.reason, "note": answer.note, "tokens": answer.tokens},
    )
    return {
        "category": answer.category,
        "priority": answer.priority,
        "confidence": answer.confidence,
        "language": answer.language,
    }


@topic("ai.draft_reply", outside=ai.configured)
def draft_reply(ticket: int) -> Phases:
    """Propose a reply and a summary for the agent to use, change or ignore."""
    found = finding.by_id(ticket)
    context = _context(found)
    yield
    provider = ai.provider()
    draft, summary = ai.draft_reply(context, provider), ai.summarise(context, provider)
    yield
    found = finding.by_id(ticket)
    for kind, answer in (("reply", draft), ("summary", summary)):
        proposals.propose(
            found,
            kind,
            by=BY,
            source=answer.source,
            text=answer.text,
            detail={"note": answer.note, "tokens": answer.tokens},
            model=answer.model,
            prompt_version=answer.prompt_version,
        )
    return None


def _context(found: Ticket) -> TicketContext:
    return TicketContext(
        subject=found.subject,
        messages=tuple(PublicMessage(text=m.body, from_customer=m.direction == "in") for m in _said(found)),
        customer_name=found.contact.name,
        agent_name=found.assignee.name if found.assignee else "",
        department=found.department.name,
        base_url=settings().public_url,
        language=found.language,
    )


def _said(found: Ticket) -> list[Any]:
    """Return the request and the latest public messages, so that a long conversation costs what a short one does."""
    ticket = {"ticket": found.id}
    latest = db.session.execute(_LATEST, ticket).all()[::-1]
    first = db.session.execute(_FIRST, ticket).all() if len(latest) == LATEST else []
    return [*(one for one in first if one not in latest), *latest]
