"""Urgent tickets and who is on call."""

from typing import Any

from app import notify, oncall, people
from app.engine import topic
from app.tickets import finding
from workers import post

BY = "process:oncall"


@topic("oncall.call", returns={"found": bool, "agent": int, "told": list, "until": str})
def call(ticket: int, told: list[int] | None = None) -> dict[str, Any]:
    """Mail the next person on call, then the managers, about an urgent ticket; those who were told are passed over."""
    found = finding.by_id(ticket)
    answer = oncall.call(found, told or [], by=BY)
    if (agent := people.by_id(answer["agent"] or 0)) is not None:
        post.queue(notify.urgent(found, agent))
    return answer
