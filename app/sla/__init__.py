"""SLA: what was promised, and by when it is due."""

from app.sla.calendar import Calendar
from app.sla.clock_row import Clock
from app.sla.clocks import alert, breach, by_id, clocks_of, escalate, start, update, view
from app.sla.desk_hours import calendar_of, set_calendar
from app.sla.opening import opens_at
from app.sla.overdue import nearest_due, overdue
from app.sla.policy import KINDS, PRESETS, Policy, ensure_presets, policies, policy_for, set_policy

__all__ = [
    "KINDS",
    "PRESETS",
    "Calendar",
    "Clock",
    "Policy",
    "alert",
    "breach",
    "by_id",
    "calendar_of",
    "clocks_of",
    "ensure_presets",
    "escalate",
    "nearest_due",
    "opens_at",
    "overdue",
    "policies",
    "policy_for",
    "set_calendar",
    "set_policy",
    "start",
    "update",
    "view",
]
