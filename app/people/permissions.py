"""The one policy table: which role may do what, and which lane's tasks are whose."""

from app.people.agent import ROLES, Agent

_ALL = frozenset(ROLES)
_DESK = frozenset({"agent", "senior", "manager", "admin"})

POLICY: dict[str, frozenset[str]] = {
    "ticket.read": _ALL,
    "ticket.read_all": frozenset({"manager", "owner", "auditor", "admin"}),  # also those of other departments
    "ticket.write": _DESK,
    "task.complete": _DESK | {"owner"},
    "instance.read": _ALL,
    "instance.cancel": frozenset({"manager", "owner", "admin"}),
    "incident.resolve": frozenset({"manager", "owner", "admin"}),
    "process.read": _ALL,
    "process.deploy": frozenset({"owner", "admin"}),
    "audit.read": frozenset({"auditor", "admin"}),
    "settings.read": frozenset({"manager", "admin", "auditor"}),
    "settings.write": frozenset({"manager", "admin"}),
    "people.write": frozenset({"admin"}),
    "absence.write": _ALL,  # one's own, and those of whom one looks after
    "staff.write": frozenset({"manager", "admin"}),  # absence and capacity of those one looks after
    "mailbox.read": _DESK | {"auditor"},
    "report.read": frozenset({"senior", "manager", "owner", "auditor", "admin"}),
    "token.write": _ALL,  # one's own only: a token may do what its agent may
}

LANES: dict[str, frozenset[str]] = {
    "": _DESK,
    "Agent": _DESK,
    "Delivery": _DESK,
    "Senior": frozenset({"senior", "manager", "admin"}),
    "Manager": frozenset({"manager", "admin"}),
    "Process owner": frozenset({"owner", "admin"}),
}


def may(agent: Agent, permission: str) -> bool:
    """Tell whether an active agent has a permission; a permission that is not in the table is a LookupError."""
    return agent.role in POLICY[permission] and agent.active


def lanes(agent: Agent) -> set[str]:
    """Return the lanes whose tasks an agent may do; the empty name stands for drawings without lanes."""
    return {lane for lane, roles in LANES.items() if agent.active and agent.role in roles}
