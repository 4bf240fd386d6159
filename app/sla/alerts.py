"""What a drawing does when a clock has come to a moment: alert, breach, escalate; each once."""

from datetime import datetime
from typing import Any

from app import clock as time
from app.db import db
from app.errors import Invalid
from app.sla.clock_row import Clock
from app.sla.clocks import OPEN, record, update
from app.sla.past import course_of
from app.sla.reckoning import Terms
from app.sla.reckoning import moment as reckoned
from app.text import one_line
from app.tickets.changes import hold
from app.tickets.flagging import flag
from app.tickets.ticket import Ticket

_FARTHEST = 10
"""Times the budget, and the minutes of a year: no alert comes later."""
_MINUTES = 365 * 24 * 60


def alert(clock: Clock, by: str, name: str = "") -> bool:
    """Note that a clock nears its breach and record `clock.near_breach`, once per name; return whether that was news.

    An alert without a name is the near-breach alert of the policy.
    """
    hold(clock)
    name = one_line(name, 40)
    given = name in clock.alerts if name else clock.alerted_at is not None
    if given or clock.state not in OPEN:
        return False
    if name:
        clock.alerts = {**clock.alerts, name: time.now().isoformat()}
        record("clock.near_breach", clock, by, alert=name)
    else:
        clock.alerted_at = time.now()
        record("clock.near_breach", clock, by)
    return True


def moment(clock: Clock, share: float = 1, minutes: float = 0, name: str = "") -> dict[str, Any]:
    """Return when a share of a clock's budget and so many minutes of business time are used up.

    `{"at", "told"}`: RFC 3339, None while paused; whether the alert of this name was given. Raise Invalid for a share
    that is not from 0 to 10, or minutes that are more than a year.
    """
    if not 0 <= share <= _FARTHEST:
        raise Invalid("This share cannot be.", {"share": f"must be from 0 to {_FARTHEST}"})
    if not -_MINUTES <= minutes <= _MINUTES:
        raise Invalid("These minutes cannot be.", {"minutes": "must be at most a year"})
    terms = Terms.kept_by(clock)
    ticket = db.session.get_one(Ticket, clock.ticket_id)
    at: datetime | None = reckoned(clock, terms, course_of(ticket, clock, terms.paused_by), share, minutes)
    told = one_line(name, 40) in clock.alerts if name else clock.alerted_at is not None
    return {"at": None if at is None else at.isoformat(), "told": told}


def breach(clock: Clock, by: str) -> bool:
    """Note that a clock ran out and record `clock.breached`, once; return whether that was news.

    A clock that was answered, paused or prolonged in the meantime is not breached.
    """
    update(clock, by=by)
    if clock.breached_at is not None or clock.state != "running" or clock.due_at is None or clock.due_at > time.now():
        return False
    clock.breached_at = clock.due_at
    record("clock.breached", clock, by)
    return True


def escalate(clock: Clock, by: str) -> bool:
    """Flag the ticket of a clock for its manager, once per clock; return whether that was news."""
    hold(clock)
    if clock.escalated_at is not None:
        return False
    clock.escalated_at = time.now()
    flag(db.session.get_one(Ticket, clock.ticket_id), "idle" if clock.kind == "idle" else "breach", by=by)
    return True
