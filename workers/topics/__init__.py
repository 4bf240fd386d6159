"""Service operations: thin handlers between the drawings and the rooms. Importing this package declares them all."""

from workers.topics import ai, csat, intake, mail, notify, routing, sla, tickets

__all__ = ["ai", "csat", "intake", "mail", "notify", "routing", "sla", "tickets"]
