"""Mails the desk sends: to customers and to its own people."""

from app.notify.delivery import delivered, written_meanwhile
from app.notify.letters import acknowledgement, manager, reply, survey, urgent

__all__ = ["acknowledgement", "delivered", "manager", "reply", "survey", "urgent", "written_meanwhile"]
