"""What an agent is at the desk: role, manager, how much they take, whether they still work here."""

from typing import Any

from sqlalchemy import select

from app import events
from app.amending import amend
from app.db import db
from app.errors import Invalid
from app.people import permissions, tokens
from app.people.agent import Agent
from app.people.agents import checked_role
from app.text import clean, one_line

LARGEST = 10_000
SIGNATURE = 2_000


def edit(agent: Agent, *, by: str, **said: Any) -> bool:
    """Set some of name, signature, capacity and manager, and record `agent.changed`; return whether any changed.

    Raise Invalid naming what cannot be.
    """
    known = {"name": _name, "signature": _signature, "capacity": _capacity}
    fields = {field: check(said[field]) for field, check in known.items() if field in said}
    if "manager" in said:
        fields["manager_id"] = _manager(agent, said["manager"])
    return amend(agent, fields, "agent.changed", by=by, subject=agent.actor)


def set_role(agent: Agent, role: str, *, by: str, reason: str = "") -> bool:
    """Give an agent another role; return whether it changed.

    Raise Invalid for one's own, for an unknown one, and when nobody would be admin.
    """
    if agent.role == checked_role(role):
        return False
    if by == agent.actor:
        raise Invalid("Nobody changes their own role.", {"role": "this is your own; ask another admin"})
    _leave_an_admin(agent, "role")
    return amend(agent, {"role": role}, "agent.role_changed", by=by, subject=agent.actor, reason=reason)


def set_active(agent: Agent, active: bool, *, by: str, reason: str = "") -> bool:
    """Let an agent in, or keep them out and record `agent.left`; return whether it changed.

    Their tokens are worthless from then on. What becomes of what they hold is drawn. Raise Invalid for oneself, and
    when nobody would be admin.
    """
    if agent.active == active:
        return False
    if not active:
        if by == agent.actor:
            raise Invalid("Nobody shows themselves out.", {"active": "this is you; ask another admin"})
        _leave_an_admin(agent, "active")
        tokens.revoke_all(agent, by)
    changed = amend(agent, {"active": active}, "agent.active_changed", by=by, subject=agent.actor, reason=reason)
    if changed and not active:
        events.record("agent.left", by=by, subject=agent.actor, data={"agent": agent.id})
    return changed


def may_lead(agent: Agent) -> bool:
    """Tell whether somebody can be the manager of others: one who is told about tickets must be able to see them."""
    return permissions.may(agent, "staff.write")


def _leave_an_admin(agent: Agent, field: str) -> None:
    # All of them are held, so that two admins cannot show each other out at once.
    admins = (
        select(Agent.id).where(Agent.role == "admin", Agent.active).order_by(Agent.id).with_for_update(key_share=True)
    )
    if db.session.scalars(admins).all() == [agent.id]:
        raise Invalid(
            f"{agent.name} is the last admin.", {field: "this is the last admin; make somebody else one first"}
        )


def _name(said: Any) -> str:
    name = one_line(str(said), 121)
    if not 1 <= len(name) <= 120:
        raise Invalid("An agent needs a name.", {"name": "must have 1 to 120 characters"})
    return name


def _signature(said: Any) -> str:
    text = clean(str(said), SIGNATURE + 1).replace("\r\n", "\n").strip()
    if len(text) > SIGNATURE:
        raise Invalid("This signature is too long.", {"signature": f"must have at most {SIGNATURE} characters"})
    return text


def _capacity(said: Any) -> int | None:
    text = "" if said is None else str(said).strip()
    if not text:
        return None
    if isinstance(said, bool) or not (text.isascii() and text.isdecimal()) or int(text[:9]) > LARGEST:
        raise Invalid(
            "This cannot be a capacity.", {"capacity": f"must be a whole number from 0 to {LARGEST:,}, or empty"}
        )
    return int(text)


def _manager(agent: Agent, manager: Agent | None) -> int | None:
    if manager is None:
        return None
    if not may_lead(manager):
        raise Invalid(
            f"{manager.name} cannot lead a team.", {"manager": "must be a manager or an admin who works here"}
        )
    if manager is agent:
        raise Invalid("Nobody is their own manager.", {"manager": "must be somebody else"})
    # All are held, so that two changes at once cannot close a circle.
    rows = db.session.execute(select(Agent.id, Agent.manager_id).order_by(Agent.id).with_for_update(key_share=True))
    above: dict[int, int | None] = dict(rows.all())
    at: int | None = manager.id
    seen: set[int] = set()
    while at is not None and at not in seen:
        if at == agent.id:
            raise Invalid(
                f"{manager.name} answers to {agent.name}.",
                {"manager": f"would be a circle: they answer to {agent.name}"},
            )
        seen.add(at)
        at = above.get(at)
    return manager.id
