"""Who gets a ticket."""

from typing import Any

from app import engine, people, routing
from app.engine import topic
from app.tickets import finding

BY = "process:request"


@topic("routing.assign", returns={"agent": int})
def assign(ticket: int, strategy: str = "", seniors: bool = False, preferred: bool = False) -> dict[str, Any]:
    """Give a ticket to an agent of its department, as it is set or as the parameters say; nobody able: it waits."""
    found = finding.by_id(ticket)
    agent = routing.assign(found, by=BY, strategy=strategy, seniors=seniors, preferred=preferred)
    if agent is not None:
        engine.assign_open(found.key, agent.actor)
    return {"agent": agent.id if agent is not None else None}


@topic("routing.call_next", returns={"ticket": int})
def call_next(agent: int) -> dict[str, Any]:
    """Offer the ticket that waits first in the departments of a colleague who has room."""
    found = people.by_id(agent)
    waiting = routing.call_next(found, by="process:available") if found is not None else None
    return {"ticket": waiting.id if waiting is not None else None}
