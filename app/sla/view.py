"""A clock as people and programs see it, with the reason for its date."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from app import clock as time
from app.db import db
from app.sla.clock_row import Clock
from app.sla.past import course_of
from app.sla.policy import Policy
from app.sla.reckoning import Terms, reckon
from app.sla.wording import stretch
from app.tickets.ticket import Ticket

_PROMISED = {
    "first_response": "the first reply",
    "next_response": "an answer to what the customer wrote",
    "idle": "the longest a customer may wait before a manager hears of it",
    "resolution": "the solution",
}
_PARTS = re.compile(r"(:\d\d(?=\.)|\b[1-9]\d*(?=\.\d+ s\b))\.\d+")
_WAITING = {"customer": "the customer", "third_party": "somebody else", "review": "a review"}


def view(clock: Clock) -> dict[str, Any]:
    """Return a clock as the API shows it, as of now: times in RFC 3339, seconds of business time.

    `remaining_seconds` is negative when overdue; `due_at` and `near_at` are None while paused. `steps` tell why it is
    due then; the first says what was promised.
    """
    terms = Terms.kept_by(clock)
    ticket = db.session.get_one(Ticket, clock.ticket_id)
    found = reckon(clock, terms, course_of(ticket, clock, terms.paused_by), time.now())
    if clock.state == "cancelled" and found.state != "cancelled":  # no longer promised
        found = replace(found, state="cancelled", due_at=None, near_at=None, ended_at=clock.ended_at)
    return {
        "id": clock.public_id,
        "kind": clock.kind,
        "round": clock.round,
        "state": found.state,
        "started_at": clock.started_at.isoformat(),
        "due_at": _iso(found.due_at),
        "near_at": _iso(found.near_at),
        "remaining_seconds": found.remaining,
        "budget_seconds": clock.budget,
        "paused_since": _iso(found.paused_since),
        "ended_at": _iso(found.ended_at),
        "alerted": clock.alerted_at is not None,
        "breached": clock.breached_at is not None,
        "steps": [_promise(clock, terms), *map(_plainly, found.steps)],
    }


def _plainly(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step whose sentence leaves out the parts of a second in which people happen to act."""
    return {**step, "text": _PARTS.sub(r"\1", step["text"])}


def _promise(clock: Clock, terms: Terms) -> dict[str, Any]:
    """Return the first step: what was promised, by which policy, and what stops the clock."""
    policy = db.session.get_one(Policy, clock.policy_id)
    zone = terms.calendar.timezone
    hours = "round the clock" if terms.calendar.never_closes_in_a_week else "of opening hours"
    stops = " or ".join(words for reason, words in _WAITING.items() if reason in terms.paused_by)
    text = f"Promised: {stretch(clock.budget)} {hours} ({zone}) for {_PROMISED[clock.kind]}, by {_named(policy)}."
    text += f" It stands still while the ticket waits for {stops}." if stops else " Waiting does not stop it."
    since = clock.started_at.astimezone(terms.calendar.zone).isoformat()
    return {"kind": "promise", "from": since, "to": since, "seconds": 0, "text": text}


def _named(policy: Policy) -> str:
    whose = [row.name for row in (policy.organisation, policy.department) if row is not None]
    return f"the policy {policy.name}" + (f" for {' at '.join(whose)}" if whose else "")


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
