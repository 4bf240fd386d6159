"""People: who works at the desk, what they may do and how they prove who they are."""

from app.people import permissions, tokens
from app.people.agent import ROLES, Agent, ApiToken
from app.people.agents import (
    add,
    all_agents,
    by_actor,
    by_email,
    by_id,
    by_public_id,
    set_absent,
    set_active,
    set_role,
)
from app.people.names import name_of
from app.people.passwords import check_password, set_password

__all__ = [
    "ROLES",
    "Agent",
    "ApiToken",
    "add",
    "all_agents",
    "by_actor",
    "by_email",
    "by_id",
    "by_public_id",
    "check_password",
    "name_of",
    "permissions",
    "set_absent",
    "set_active",
    "set_password",
    "set_role",
    "tokens",
]
