"""Routing: which desk and which agent a ticket goes to, and why."""

from app.routing.assignment import assign
from app.routing.dispatch import Dispatch, dispatches
from app.routing.rules import route
from app.routing.strategies import STRATEGIES
from app.routing.taking import call_next, take, take_next
from app.routing.transferring import to_agent, to_department
from app.routing.ways import set_way

__all__ = [
    "STRATEGIES",
    "Dispatch",
    "assign",
    "call_next",
    "dispatches",
    "route",
    "set_way",
    "take",
    "take_next",
    "to_agent",
    "to_department",
]
