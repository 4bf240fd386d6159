"""People: who works at the desk, what they may do and how they prove who they are."""

from app.people import absences, permissions, staff, tokens
from app.people.absences import set_absent
from app.people.agent import ROLES, Absence, Agent, ApiToken
from app.people.agents import add, all_agents, by_actor, by_email, by_id, by_public_id, hire, named
from app.people.names import name_of
from app.people.passwords import check_password, set_password
from app.people.staff import edit, may_lead, set_active, set_role

__all__ = [
    "ROLES",
    "Absence",
    "Agent",
    "ApiToken",
    "absences",
    "add",
    "all_agents",
    "by_actor",
    "by_email",
    "by_id",
    "by_public_id",
    "check_password",
    "edit",
    "hire",
    "may_lead",
    "name_of",
    "named",
    "permissions",
    "set_absent",
    "set_active",
    "set_password",
    "set_role",
    "staff",
    "tokens",
]
