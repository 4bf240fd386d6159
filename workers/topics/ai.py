"""What the AI is asked; every answer is a proposal a person or the drawing judges."""

from sqlalchemy import select

from app import ai
from app.ai.data import PublicMessage, Request, TicketContext
from app.config import settings
from app.db import db
from app.engine import Phases, topic
from app.tickets import classifying, conversation, finding, proposals
from app.tickets.messages import Message
from app.tickets.ticket import Category, Ticket

BY = "process:request"
LATEST = 20
"""Messages at the end of a conversation that a draft and a summary are made of."""


@topic(
    "ai.classify",
    returns={"category": str, "priority": str, "confidence": float, "language": str},
    outside=ai.configured,
)
def classify(ticket: int) -> Phases:
    """Propose category and priority with a confidence; a category the sender gave stands."""
    found = finding.by_id(ticket)
    categories = dict(db.session.execute(select(Category.key, Category.name).where(Category.archived.is_(False))).all())
    text = next((m.body for m in conversation.conversation(found) if m.direction == "in"), "")
    request = Request(subject=found.subject, text=text)
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


def _said(found: Ticket) -> list[Message]:
    """Return the request and the latest public messages, so that a long conversation costs what a short one does."""
    public = (Message.direction.in_(("in", "out")), Message.kind != "auto", Message.held == "")
    spoken = select(Message).where(Message.ticket_id == found.id, *public)
    first = db.session.scalars(spoken.order_by(Message.id).limit(1))
    latest = db.session.scalars(spoken.order_by(Message.id.desc()).limit(LATEST))
    return sorted({*first, *latest}, key=lambda message: message.id)
