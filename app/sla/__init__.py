"""SLA: what was promised, and by when it is due."""

from app.sla.alerts import alert, breach, escalate, moment
from app.sla.calendar import Calendar
from app.sla.calendar_book import (
    add_calendar,
    calendar_by_public_id,
    calendars,
    change_calendar,
    remove_calendar,
    use_calendar,
)
from app.sla.clock_row import Clock
from app.sla.clocks import by_id, clocks_of, start, update
from app.sla.desk_hours import calendar_of, departments_of, give, set_calendar
from app.sla.opening import opens_at
from app.sla.overdue import nearest_due, overdue
from app.sla.policy import KINDS, PRESETS, Policy
from app.sla.policy_book import (
    by_public_id,
    ensure_presets,
    policies,
    policy_for,
    policy_of,
    remove_policy,
    set_policy,
)
from app.sla.recounting import affected, recount
from app.sla.rounds import wait_for_answer
from app.sla.view import view

__all__ = [
    "KINDS",
    "PRESETS",
    "Calendar",
    "Clock",
    "Policy",
    "add_calendar",
    "affected",
    "alert",
    "breach",
    "by_id",
    "by_public_id",
    "calendar_by_public_id",
    "calendar_of",
    "calendars",
    "change_calendar",
    "clocks_of",
    "departments_of",
    "ensure_presets",
    "escalate",
    "give",
    "moment",
    "nearest_due",
    "opens_at",
    "overdue",
    "policies",
    "policy_for",
    "policy_of",
    "recount",
    "remove_calendar",
    "remove_policy",
    "set_calendar",
    "set_policy",
    "start",
    "update",
    "use_calendar",
    "view",
    "wait_for_answer",
]
