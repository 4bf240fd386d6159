"""Adding agents, finding them and changing what they are."""

import re

from sqlalchemy import select

from app import events
from app.db import db
from app.errors import Conflict, Invalid
from app.once import insert_once
from app.people.agent import ROLES, Agent
from app.people.passwords import set_password
from app.text import one_line

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def add(email: str, name: str, role: str, *, by: str, password: str | None = None) -> Agent:
    """Return the agent with this address, added if new.

    Raise Conflict when the address belongs to somebody with another role, Invalid naming an unusable field.
    """
    address, role = _address(email), _role(role)
    agent = by_email(address)
    if agent is None:
        agent = Agent(email=address, name=one_line(name, 120) or address[:120], role=role)
        if not insert_once(agent):
            return add(email, name, role, by=by, password=password)
        events.record("agent.added", by=by, subject=agent.actor, after={"email": address, "role": role})
        if password is not None:
            set_password(agent, password, by)
    elif agent.role != role:
        raise Conflict(f"{address} already works here as {agent.role}.")
    return agent


def by_email(email: str) -> Agent | None:
    """Return the agent with this address, in any case."""
    return db.session.scalars(select(Agent).where(Agent.email == one_line(email, 254).lower())).one_or_none()


def by_public_id(public_id: str) -> Agent | None:
    """Return the agent the outside names so."""
    return db.session.scalars(select(Agent).where(Agent.public_id == one_line(public_id, 36))).one_or_none()


def by_id(agent_id: int) -> Agent | None:
    """Return the agent with this key."""
    return db.session.get(Agent, agent_id)


def by_actor(actor: str | None) -> Agent | None:
    """Return the agent behind `agent:ID`, or None for any other actor."""
    kind, _, key = (actor or "").partition(":")
    return by_id(int(key)) if kind == "agent" and key.isdecimal() else None


def all_agents(*, active: bool = True) -> list[Agent]:
    """Return agents by name, without those who left unless `active` is False."""
    query = select(Agent).order_by(Agent.name, Agent.id)
    return list(db.session.scalars(query.where(Agent.active) if active else query))


def set_role(agent: Agent, role: str, *, by: str, reason: str = "") -> bool:
    """Give an agent another role; return whether it changed."""
    return _set(agent, "role", _role(role), by, reason)


def set_absent(agent: Agent, absent: bool, *, by: str, reason: str = "") -> bool:
    """Mark an agent as away, so that nothing is assigned to them; return whether it changed."""
    changed = _set(agent, "absent", absent, by, reason)
    if changed and not absent:
        events.record("agent.available", by=by, subject=agent.actor, data={"agent": agent.id})
    return changed


def set_active(agent: Agent, active: bool, *, by: str, reason: str = "") -> bool:
    """Let an agent in or keep them out; return whether it changed."""
    return _set(agent, "active", active, by, reason)


def _set(agent: Agent, field: str, value: str | bool, by: str, reason: str) -> bool:
    before = getattr(agent, field)
    if before == value:
        return False
    setattr(agent, field, value)
    events.record(
        f"agent.{field}_changed",
        by=by,
        subject=agent.actor,
        reason=reason,
        before={field: before},
        after={field: value},
    )
    return True


def _address(email: str) -> str:
    address = one_line(email, 255).lower()
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise Invalid(f"{address!r} is not a mail address.", {"email": "must look like ann@example.com"})
    return address


def _role(role: str) -> str:
    if role not in ROLES:
        raise Invalid(
            f"There is no role {role!r}; there are {', '.join(ROLES)}.", {"role": f"must be one of {', '.join(ROLES)}"}
        )
    return role
