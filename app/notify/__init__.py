"""Mails the desk sends: to customers and to its own people."""

from app.notify.letters import acknowledgement, manager, reply, survey, urgent

__all__ = ["acknowledgement", "manager", "reply", "survey", "urgent"]
