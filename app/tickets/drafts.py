"""Unsent texts of agents."""

from sqlalchemy import bindparam, select

from app import clock
from app.db import db
from app.errors import Invalid
from app.once import insert_once
from app.people import Agent
from app.text import clean
from app.tickets.messages import Draft
from app.tickets.ticket import Ticket

KINDS = ("reply", "note")
_ONE = select(Draft).where(
    Draft.ticket_id == bindparam("ticket"), Draft.agent_id == bindparam("agent"), Draft.kind == bindparam("kind")
)


def keep(ticket: Ticket, agent: Agent, kind: str, body: str) -> None:
    """Keep an agent's unsent reply or note; an empty one is dropped. Not recorded: nothing has happened yet."""
    if kind not in KINDS:
        raise Invalid(f"There are no drafts of {kind!r}.", {"kind": f"must be one of {', '.join(KINDS)}"})
    if not body.strip():
        drop(ticket, agent, kind)
        return
    key = {"ticket_id": ticket.id, "agent_id": agent.id, "kind": kind}
    if db.session.get(Draft, key) is None and insert_once(Draft(**key, body=clean(body))):
        return
    draft = db.session.get_one(Draft, key)
    draft.body, draft.updated_at = clean(body), clock.now()


def drop(ticket: Ticket, agent: Agent, kind: str) -> None:
    """Forget a draft, if there is one."""
    draft = db.session.scalars(_ONE, {"ticket": ticket.id, "agent": agent.id, "kind": kind}).one_or_none()
    if draft is not None:
        db.session.delete(draft)
        db.session.flush()


def drafts(ticket: Ticket, agent: Agent) -> dict[str, Draft]:
    """Return an agent's drafts on a ticket by kind."""
    query = select(Draft).where(Draft.ticket_id == ticket.id, Draft.agent_id == agent.id)
    return {draft.kind: draft for draft in db.session.scalars(query)}
