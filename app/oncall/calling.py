"""Telling the next person about an urgent ticket."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app import clock, events
from app.db import db
from app.oncall.rota import on_call
from app.options import Option, whole
from app.people import Agent
from app.tickets.ticket import Ticket

MINUTES = Option("rota.minutes", lambda: 15, whole(1, 24 * 60))
"""How long somebody has to react before the next is told."""


def call(ticket: Ticket, told: Collection[int], *, by: str) -> dict[str, Any]:
    """Choose who is told next and record `oncall.called`: first those on call, then the managers, nobody twice.

    Return `found`, the `agent`, everybody `told` so far, and `until` when they have time.
    """
    agent = next((one for one in _in_order(ticket) if one.id not in told), None)
    until = (clock.now() + timedelta(minutes=MINUTES.get())).isoformat()
    if agent is None:
        return {"found": False, "agent": None, "told": list(told), "until": until}
    data = {"ticket": ticket.id, "agent": agent.id}
    events.record("oncall.called", by=by, subject=ticket.key, ticket_id=ticket.id, after={"agent": agent.id}, data=data)
    return {"found": True, "agent": agent.id, "told": [*told, agent.id], "until": until}


def _in_order(ticket: Ticket) -> list[Agent]:
    managers = select(Agent).where(Agent.role == "manager", Agent.active, Agent.absent.is_(False)).order_by(Agent.id)
    found = list(db.session.scalars(managers))
    own = [agent for agent in found if agent in ticket.department.members]
    return [*on_call(clock.now(), ticket.department), *(own or found)]
