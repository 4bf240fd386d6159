"""Tags: lower-case words of the desk's own."""

from collections.abc import Iterable

from app.errors import Invalid
from app.text import one_line
from app.tickets.changes import hold, put
from app.tickets.ticket import Ticket

LONGEST, MOST = 40, 30


def set_tags(ticket: Ticket, tags: Iterable[str], *, by: str, reason: str = "") -> bool:
    """Give a ticket exactly these tags and record `ticket.tags_changed`; return whether they changed.

    Raise Invalid for more than 30 tags or one of more than 40 characters.
    """
    return put(ticket, "tags", _normal(tags), by=by, reason=reason)


def add_tags(ticket: Ticket, tags: Iterable[str], *, by: str, reason: str = "") -> bool:
    """Give a ticket these tags besides the ones it has; return whether any was new."""
    hold(ticket)
    return set_tags(ticket, [*ticket.tags, *tags], by=by, reason=reason)


def _normal(tags: Iterable[str]) -> list[str]:
    normal = list(dict.fromkeys(tag for raw in tags if (tag := one_line(raw, LONGEST + 1).lower())))
    if len(normal) > MOST:
        raise Invalid("These are too many tags.", {"tags": f"must be at most {MOST}"})
    if long := next((tag for tag in normal if len(tag) > LONGEST), None):
        raise Invalid(f"The tag {long!r} is too long.", {"tags": f"must have at most {LONGEST} characters each"})
    return normal
