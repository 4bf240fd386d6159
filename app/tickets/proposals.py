"""What the AI proposed for a ticket, and what a person made of it."""

from collections import Counter
from typing import Any

from sqlalchemy import bindparam, select

from app.db import db, put
from app.text import clean, one_line
from app.tickets.changes import touch
from app.tickets.messages import Proposal
from app.tickets.ticket import Ticket

EDITED = 0.5
"""Share of a proposal's words that a reply must keep to count as an edited proposal."""

_LATEST = (
    select(Proposal)
    .where(Proposal.ticket_id == bindparam("ticket"), Proposal.kind == bindparam("kind"))
    .order_by(Proposal.id.desc())
    .limit(1)
    .execution_options(autoflush=False)
)


def propose(
    ticket: Ticket,
    kind: str,
    *,
    by: str,
    source: str,
    text: str = "",
    detail: dict[str, Any] | None = None,
    model: str = "",
    prompt_version: str = "",
) -> Proposal:
    """Keep a proposal (`classification`, `reply` or `summary`) and record `proposal.made`."""
    proposal = put(
        Proposal(
            ticket_id=ticket.id,
            kind=kind,
            text=clean(text),
            detail=detail or {},
            source=source,
            model=one_line(model, 80),
            prompt_version=one_line(prompt_version, 40),
        )
    )
    touch(ticket, "proposal.made", by=by, data={"proposal": proposal.id, "kind": kind, "source": source})
    return proposal


def latest(ticket: Ticket, kind: str) -> Proposal | None:
    """Return the newest proposal of a kind."""
    return db.session.scalars(_LATEST, {"ticket": ticket.id, "kind": kind}).first()


def mark_used(ticket: Ticket, sent: str) -> None:
    """Note on the newest proposed reply whether what was sent is it: `used`, `edited` or `ignored`."""
    proposal = latest(ticket, "reply")
    if proposal is None or proposal.outcome:
        return
    proposed, written = proposal.text.split(), sent.split()
    kept = (Counter(proposed) & Counter(written)).total() / max(len(proposed), 1)
    proposal.outcome = "used" if proposed == written else "edited" if kept >= EDITED else "ignored"
