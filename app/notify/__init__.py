"""Mails the desk sends: to customers and to its own people."""

from app.notify.delivery import delivered, written_meanwhile
from app.notify.letters import acknowledgement, manager, reply, survey

__all__ = ["acknowledgement", "delivered", "manager", "reply", "survey", "written_meanwhile"]
