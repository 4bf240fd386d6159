"""Operations on the clocks of a ticket."""

from typing import Any

from app import clock as moment
from app import sla
from app.db import db
from app.engine import topic
from app.sla.clock_row import Clock
from app.tickets import finding

BY = "process:sla"
STANDING = {"state": str, "near_at": str, "due_at": str, "alerted": bool, "breached": bool}


@topic("sla.start")
def start(ticket: int) -> None:
    """Start the clocks the policy promises; each gets a process of its own."""
    sla.start(finding.by_id(ticket), by="process:request")


@topic("sla.update", returns=STANDING)
def update(clock: int) -> dict[str, Any]:
    """Say where a clock stands now: running, paused or ended, and its next moments."""
    return sla.update(_clock(clock), by=BY)


@topic("sla.alert")
def alert(clock: int) -> None:
    """Warn that a clock is near its breach."""
    sla.alert(_clock(clock), by=BY)


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


@topic("sla.hours", returns={"open": bool, "opens_at": str})
def hours(ticket: int) -> dict[str, Any]:
    """Say whether the department of a ticket is open now, and if not, when it opens."""
    opens = sla.opens_at(finding.by_id(ticket).department, moment.now())
    return {"open": opens is None, "opens_at": opens.isoformat() if opens is not None else None}


def _clock(ident: int) -> Clock:
    return db.session.get_one(Clock, ident)
