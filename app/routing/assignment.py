"""Round robin by load: the agent with the fewest open tickets, among equals the one who waited longest."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.departments.department import DepartmentMember
from app.people import Agent, permissions
from app.routing.dispatch import Dispatch, log
from app.tickets.assigning import assign as hand_over
from app.tickets.changes import hold
from app.tickets.ticket import OPEN_STATUSES, Ticket

RULE = "round robin by load"


@dataclass(frozen=True)
class Candidate:
    """An agent, how many open tickets they hold, and the log entry of their last one (0 for none)."""

    agent: Agent
    load: int
    last: int

    @property
    def obstacle(self) -> str:
        """Why nothing can go to this agent, or an empty string."""
        if not permissions.may(self.agent, "ticket.write"):
            return "may not answer tickets"
        if self.agent.absent:
            return "is absent"
        full = self.agent.capacity is not None and self.load >= self.agent.capacity
        return "is at capacity" if full else ""

    def as_json(self) -> dict[str, Any]:
        """Return what the dispatch log keeps."""
        return {"agent": self.agent.actor, "name": self.agent.name, "open": self.load, "obstacle": self.obstacle}


def assign(ticket: Ticket, *, by: str) -> Agent | None:
    """Hand an unassigned ticket to the next agent of its department and log why.

    Return who holds it then; None when nobody can take it. A ticket that is held stays where it is.
    """
    hold(ticket)
    if ticket.assignee is not None:
        return ticket.assignee
    candidates = _candidates(ticket)
    able = [candidate for candidate in candidates if not candidate.obstacle]
    chosen = min(able, key=lambda c: (c.load, c.last, c.agent.id), default=None)
    reason = _reason(chosen, able) if chosen else f"nobody in {ticket.department.name} can take it"
    log(
        ticket,
        rule=RULE,
        inputs={"department": ticket.department.key, "priority": ticket.priority},
        candidates=[candidate.as_json() for candidate in candidates],
        chosen=chosen.agent.actor if chosen else "",
        reason=reason,
    )
    if chosen is None:
        return None
    ticket.department.last_assigned_id = chosen.agent.id
    hand_over(ticket, chosen.agent, by=by, reason=reason)
    return chosen.agent


def _candidates(ticket: Ticket) -> list[Candidate]:
    """Return the active members. They stay locked, so that two tickets at once never count the same loads."""
    hold(ticket.department)
    members = select(DepartmentMember.agent_id).where(DepartmentMember.department_id == ticket.department_id)
    # Agents sit in several departments, so they are locked too, in one order for everybody.
    locked = select(Agent).where(Agent.id.in_(members), Agent.active).order_by(Agent.id).with_for_update(key_share=True)
    agents = db.session.scalars(locked.execution_options(populate_existing=True)).all()
    theirs = (Ticket.assignee_id.in_([agent.id for agent in agents]), Ticket.status.in_(OPEN_STATUSES))
    counted = select(Ticket.assignee_id, func.count()).where(*theirs).group_by(Ticket.assignee_id)
    loads = dict(db.session.execute(counted).all())
    return [Candidate(agent, loads.get(agent.id, 0), _last(agent)) for agent in agents]


def _last(agent: Agent) -> int:
    return db.session.scalar(select(func.max(Dispatch.id)).where(Dispatch.chosen == agent.actor)) or 0


def _reason(chosen: Candidate, able: list[Candidate]) -> str:
    equals = sum(candidate.load == chosen.load for candidate in able)
    waited = ", and waited longest for one" if equals > 1 else ""
    return f"{chosen.agent.name} has the fewest open tickets ({chosen.load}){waited}"
