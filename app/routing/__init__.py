"""Routing: which desk and which agent a ticket goes to, and why."""

from app.routing.assignment import assign
from app.routing.dispatch import Dispatch, dispatches
from app.routing.rules import route

__all__ = ["Dispatch", "assign", "dispatches", "route"]
