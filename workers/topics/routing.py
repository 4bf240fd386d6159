"""Who gets a ticket."""

from typing import Any

from app import engine, routing
from app.engine import topic
from app.tickets import finding


@topic("routing.assign", returns={"agent": int})
def assign(ticket: int) -> dict[str, Any]:
    """Give a ticket to the next agent of its department."""
    found = finding.by_id(ticket)
    agent = routing.assign(found, by="process:request")
    if agent is not None:
        engine.assign_open(found.key, agent.actor)
    return {"agent": agent.id if agent is not None else None}
