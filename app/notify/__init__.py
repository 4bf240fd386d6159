"""Mails the desk sends: to customers and to its own people."""

from app.notify.letters import acknowledgement, manager, notice, reply, survey, thanks

__all__ = ["acknowledgement", "manager", "notice", "reply", "survey", "thanks"]
