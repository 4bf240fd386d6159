"""Operations on the clocks of a ticket."""

from typing import Any

from app import clock as time
from app import engine, sla
from app.db import db
from app.engine import Phases, topic
from app.sla.clock_row import Clock
from app.tickets import finding
from app.tickets.messages import Message

BY = "process:sla"
STANDING = {
    **dict.fromkeys(("state", "kind", "why", "near_at", "due_at", "escalate_at"), str),
    **dict.fromkeys(("alerted", "breached", "escalated", "later"), bool),
}


@topic("sla.start")
def start(ticket: int) -> None:
    """Start the clocks the policy promises; each gets a process of its own."""
    sla.start(finding.by_id(ticket), by="process:request")


@topic("sla.wait_for_answer")
def wait_for_answer(message: int) -> None:
    """Start the clocks of a customer who wrote again and waits for an answer, unless they run already."""
    sla.wait_for_answer(db.session.get_one(Message, message), by="process:next_response")


@topic("sla.update", returns=STANDING)
def update(clock: int) -> dict[str, Any]:
    """Say where a clock stands now: running, paused or ended, and its next moments."""
    return sla.update(_clock(clock), by=BY)


@topic("sla.moment", returns={"at": str, "told": bool})
def moment(clock: int, share: float = 1, minutes: float = 0, alert: str = "") -> dict[str, Any]:
    """Say when a share of a clock's time and so many minutes of business time more (or less) are used up, and whether
    the alert of this name was given."""
    return sla.moment(_clock(clock), share, minutes, alert)


@topic("sla.alert")
def alert(clock: int, alert: str = "") -> None:
    """Warn that a clock is near its breach, once; further alerts have names."""
    sla.alert(_clock(clock), by=BY, name=alert)


@topic("sla.breach", returns=STANDING)
def breach(clock: int) -> dict[str, Any]:
    """Write down that a promise was not kept, unless the clock was prolonged meanwhile; say where it stands then."""
    row = _clock(clock)
    sla.breach(row, by=BY)
    return sla.update(row, by=BY)


@topic("sla.escalate")
def escalate(clock: int) -> None:
    """Flag the ticket of a breached clock."""
    sla.escalate(_clock(clock), by=BY)


@topic("sla.recount")
def recount(priority: str = "", department: int = 0, organisation: int = 0, contact: int = 0) -> Phases:
    """Let the open clocks that a changed promise concerns be counted again, in batches the workers share."""
    # In phases, so that the batches are jobs of their own and not part of this one's transaction.
    whose = {"department": department, "organisation": organisation, "contact": contact}
    for batch in sla.affected(priority=priority, **whose):
        engine.enqueue("sla.recount_batch", {"tickets": batch})
    yield
    yield
    return None


@topic("sla.recount_batch")
def recount_batch(tickets: list[int]) -> None:
    """Let the clocks of some tickets be read again; asked for by sla.recount."""
    sla.recount(tickets, by="process:promises")


@topic("sla.hours", returns={"open": bool, "opens_at": str})
def hours(ticket: int) -> dict[str, Any]:
    """Say whether the department of a ticket is open now, and if not, when it opens."""
    opens = sla.opens_at(finding.by_id(ticket).department, time.now())
    return {"open": opens is None, "opens_at": opens.isoformat() if opens is not None else None}


def _clock(ident: int) -> Clock:
    return db.session.get_one(Clock, ident)
