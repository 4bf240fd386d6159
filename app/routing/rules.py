"""Carrying out what a decision table says about a ticket."""

from collections.abc import Iterable
from typing import Any

from app.departments import Department
from app.routing.dispatch import log
from app.text import clean, one_line
from app.tickets.moving import move
from app.tickets.priority import set_priority
from app.tickets.tagging import add_tags
from app.tickets.ticket import Ticket


def route(
    ticket: Ticket,
    *,
    by: str,
    department: Department | None = None,
    priority: str = "",
    tags: Iterable[str] = (),
    rule: str = "",
    inputs: dict[str, Any] | None = None,
) -> None:
    """Move, rank and tag a ticket as a rule says, and log which one; what is left out stays as it is."""
    reason = one_line(rule, 120) or "routing rules"
    tags = list(tags)
    if priority:
        set_priority(ticket, priority, by=by, reason=reason)
    if tags:
        add_tags(ticket, tags, by=by, reason=reason)
    if department is not None:
        move(ticket, department, by=by, reason=reason)
    said = {"department": department.key if department else "", "priority": priority, "tags": " ".join(tags)}
    log(
        ticket,
        rule=reason,
        inputs=inputs or {"subject": clean(ticket.subject, 200), "channel": ticket.channel},
        candidates=[],
        chosen=f"department:{ticket.department.key}",
        reason=", ".join(f"{name} {value}" for name, value in said.items() if value) or "nothing to change",
    )
