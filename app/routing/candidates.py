"""Who could get a ticket, and what stands in the way."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, cast, func, literal, select

from app.db import db
from app.departments import Department
from app.departments.department import DepartmentMember
from app.people import Agent, permissions
from app.routing.dispatch import Dispatch
from app.tickets.changes import hold, holding
from app.tickets.ticket import OPEN_STATUSES, Ticket


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


def candidates(department: Department) -> list[Candidate]:
    """Return the active members. They stay locked, so that two tickets at once never count the same loads."""
    hold(department)
    members = select(DepartmentMember.agent_id).where(DepartmentMember.department_id == department.id)
    # Agents sit in several departments, so they are locked too, in one order for everybody.
    locked = select(Agent).where(Agent.id.in_(members), Agent.active).order_by(Agent.id).with_for_update(key_share=True)
    agents = db.session.scalars(locked.execution_options(populate_existing=True)).all()
    holding(agents)
    known = {
        row.id: (row.load, row.last or 0) for row in db.session.execute(_COUNTED, {"agents": [a.id for a in agents]})
    }
    return [Candidate(agent, *known[agent.id]) for agent in agents]


def _counted() -> Any:
    # After the locks, in a statement of its own: it must see what those who held them have committed.
    load = select(func.count()).where(Ticket.assignee_id == Agent.id, Ticket.status.in_(OPEN_STATUSES))
    actor = literal("agent:") + cast(Agent.id, String)
    last = select(func.max(Dispatch.id)).where(Dispatch.chosen == actor)
    counts = (load.scalar_subquery().label("load"), last.scalar_subquery().label("last"))
    return select(Agent.id, *counts).where(Agent.id.in_(bindparam("agents", expanding=True)))


_COUNTED = _counted()
