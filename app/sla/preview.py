"""What a promise would come to for a ticket that arrives at some moment: read, never kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.errors import Trouble
from app.sla.calendar import Calendar
from app.sla.due import add


@dataclass(frozen=True)
class Outlook:
    """When a target of so many seconds is due, in the calendar's zone, or why there is no answer."""

    seconds: int | None
    due_at: datetime | None = None
    trouble: str = ""


def outlook(calendar: Calendar, targets: Mapping[str, int | None], at: datetime) -> dict[str, Outlook]:
    """Return for each target when it would be due for a ticket that arrives at a moment."""
    return {name: _one(calendar, seconds, at) for name, seconds in targets.items()}


def _one(calendar: Calendar, seconds: int | None, at: datetime) -> Outlook:
    if seconds is None:
        return Outlook(None)
    try:
        return Outlook(seconds, add(calendar, at, seconds))
    except Trouble as trouble:
        return Outlook(seconds, trouble=trouble.detail)
