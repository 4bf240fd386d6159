"""Service operations: thin handlers between the drawings and the rooms. Importing this package declares them all,
and the messages the drawings may wait for."""

from workers.topics import ai, cards, crm, csat, intake, mail, messages, notify, oncall, people, routing, sla, tickets

__all__ = [
    "ai",
    "cards",
    "crm",
    "csat",
    "intake",
    "mail",
    "messages",
    "notify",
    "oncall",
    "people",
    "routing",
    "sla",
    "tickets",
]
