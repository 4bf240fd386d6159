"""Mails the desk sends: to customers and to its own people."""

from app.notify.delivery import delivered, written_meanwhile
from app.notify.letters import acknowledgement, manager, notice, reply, survey, thanks, urgent

__all__ = [
    "acknowledgement",
    "delivered",
    "manager",
    "notice",
    "reply",
    "survey",
    "thanks",
    "urgent",
    "written_meanwhile",
]
