"""Operations on tickets."""

from typing import Any

from app import departments, routing
from app.engine import instances_of, topic
from app.tickets import facts, finding, flagging, lying, triaging
from app.tickets import status as statuses

BY = "process:request"


_FACTS = {
    **dict.fromkeys(("subject", "body", "sender", "domain", "organisation", "channel"), str),
    **dict.fromkeys(("category", "priority", "language", "department"), str),
    **dict.fromkeys(("type", "product"), str),
    **dict.fromkeys(("vip", "may_request_changes"), bool),
    "confidence": float,
    "sure": bool,
}


@topic("tickets.facts", returns=_FACTS)
def gather(ticket: int) -> dict[str, Any]:
    """What the rules may ask about a ticket."""
    return facts.facts(finding.by_id(ticket))


@topic("tickets.route", returns=_FACTS)
def route(
    ticket: int, department: str, priority: str = "", tags: list[Any] | None = None, rule: str = ""
) -> dict[str, Any]:
    """Set department, priority and tags as the decision tables say; the facts are as they are then."""
    found = finding.by_id(ticket)
    routing.route(
        found,
        by=BY,
        # A table may name a department this desk has not opened; the ticket stays where it came in.
        department=departments.find(department),
        priority=priority,
        tags=[t["tag"] if isinstance(t, dict) else str(t) for t in tags or []],
        rule=rule,
    )
    return facts.facts(found)


@topic("tickets.triage", returns=_FACTS)
def triage(ticket: int, department: str, category: str, priority: str) -> dict[str, Any]:
    """Keep what a person decided about an unclear request; the facts are as they are then."""
    found, desk = finding.by_id(ticket), departments.by_key(department)
    triaging.triage(found, department=desk, category=category, priority=priority, by=BY)
    return facts.facts(found)


@topic("tickets.set_status")
def set_status(ticket: int, status: str, wait_reason: str = "", reason: str = "") -> None:
    """Set a ticket's status."""
    found = finding.by_id(ticket)
    if status == "customer_responded":
        statuses.customer_wrote(found, by=BY)
    else:
        statuses.change(found, status, by=BY, reason=reason, wait_reason=wait_reason or None)


@topic("tickets.let_wait")
def let_wait(ticket: int, reason: str = "") -> None:
    """Let a ticket wait for the customer, unless its stage has a time of its own for that."""
    found = finding.by_id(ticket)
    if lying.let_wait(found):
        statuses.change(found, "waiting", by=BY, reason=reason, wait_reason="customer")


@topic("tickets.lying", returns={"how": str, "until": str})
def look_at_lying(ticket: int) -> dict[str, Any]:
    """Say how a ticket lies: fine until a moment, too long, or over when nobody need look any more."""
    how, until = lying.look(finding.by_id(ticket))
    return {"how": how, "until": until.isoformat() if until else ""}


@topic("tickets.flag")
def flag(ticket: int, why: str) -> None:
    """Flag a ticket so that a manager looks at it."""
    flagging.flag(finding.by_id(ticket), why, by=BY)


@topic("tickets.reopen")
def reopen(ticket: int, reason: str = "") -> None:
    """Take up a resolved ticket again."""
    statuses.reopen(finding.by_id(ticket), by=BY, reason=reason)


@topic("tickets.under_way", returns=("under_way",))
def under_way(ticket: int) -> dict[str, Any]:
    """Say whether a process that a request started still runs for a ticket."""
    instances = instances_of(finding.by_id(ticket).key)
    mine = (one for one in instances if one.definition.start_message == "request.received")
    return {"under_way": any(one.ended_at is None for one in mine)}


@topic("tickets.close")
def close(ticket: int, reason: str = "") -> None:
    """Close a resolved ticket for good; one that is open again or was cancelled stays as it is."""
    found = finding.by_id(ticket)
    if found.status == "resolved":
        statuses.close(found, by=BY, reason=reason)
