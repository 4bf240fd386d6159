"""Words for people: times, durations, sizes, names, statuses; plain text with its links made clickable."""

import re
from datetime import datetime, timedelta
from typing import Any

import nh3
from flask import Flask, g
from flask_login import current_user
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from sqlalchemy.exc import DBAPIError

from app import clock, contacts, desk
from app.config import settings
from app.people import permissions
from app.tickets.visible import sees
from app.web import ticket_life

MINUTE, HOUR, DAY = 60, 3600, 86400
STATUS = {
    "open": "New",
    "in_progress": "In progress",
    "customer_responded": "Customer wrote",
    "waiting": "Waiting",
    "resolved": "Resolved",
    "closed": "Closed",
    "cancelled": "Cancelled",
    "rejected": "Rejected",
    "merged": "Merged",
}
STATUS_TONE = {"customer_responded": "blue", "resolved": "green", "closed": "green"}
WAIT = {
    **{"customer": "for the customer", "third_party": "for a third party", "review": "for a review"},
    "delivery": "for delivery",
}
PRIORITY = {"low": "Low", "medium": "Medium", "high": "High", "urgent": "Urgent"}
CLOCK = {
    "first_response": "First reply",
    "next_response": "Next reply",
    "idle": "Longest wait",
    "resolution": "Resolution",
}
FLAG = {"breach": "a promise was missed", "idle": "it waits for too long", "low_rating": "the customer is unhappy"}
FLAG["oncall"] = "it is urgent and nobody took it"
LANGUAGE = {
    **{"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian"},
    **{"nl": "Dutch", "pl": "Polish", "sv": "Swedish", "da": "Danish", "nb": "Norwegian", "fi": "Finnish"},
}
ROLE = {
    "agent": "Agent",
    "senior": "Senior agent",
    "manager": "Manager",
    "owner": "Process owner",
    "auditor": "Auditor",
    "admin": "Admin",
}
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True})
_LINK = re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def desk_name() -> str:
    """Return what the desk calls itself; while the database is out of reach, what the environment calls it."""
    try:
        return desk.NAME.get()
    except DBAPIError:
        return settings().desk_name


def ago(moment: datetime | None) -> str:
    """Say how long ago, or how far ahead, a moment is; past a week, its date in UTC."""
    if moment is None:
        return ""
    seconds = (clock.now() - moment).total_seconds()
    if abs(seconds) < MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    if abs(seconds) > 7 * DAY:
        return f"{moment:%-d %b %Y}" if moment.year != clock.now().year else f"{moment:%-d %b}"
    return f"{short(seconds)} ago" if seconds > 0 else f"in {short(-seconds)}"


def short(seconds: float) -> str:
    """Say a duration in its largest unit: 48 min, 3 h, 2 d."""
    seconds = abs(seconds)
    if seconds < MINUTE:
        return f"{int(seconds)} s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < 2 * DAY:
        return f"{int(seconds // HOUR)} h"
    return f"{int(seconds // DAY)} d"


def lasting(seconds: float) -> str:
    """Say a duration in its two largest units: 1 h 12 min."""
    seconds = int(abs(seconds))
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    said = [f"{n} {unit}" for n, unit in parts if n][:2]
    return " ".join(said) or "0 s"


def exact(moment: datetime) -> str:
    """Say a moment to the second, in UTC; the script puts it into the reader's zone."""
    return f"{moment:%a %-d %b %Y, %H:%M:%S} UTC"


def when(moment: datetime | str | None) -> Markup:
    """Return a <time> that says how long ago and holds the exact moment."""
    if not moment:
        return Markup("")
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    said = Markup('<time datetime="{}" title="{}" data-ago>{}</time>')
    return said.format(moment.isoformat(timespec="seconds"), exact(moment), ago(moment))


def size(count: int) -> str:
    """Say a number of bytes."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.0f} KB" if count < 1024**2 else f"{count / 1024**2:.1f} MB"


def initials(name: str) -> str:
    """Return one or two letters that stand for a name."""
    words = [w for w in re.split(r"[\s@._-]+", name) if w and w[0].isalnum()]
    return (words[0][0] + (words[1][0] if len(words) > 1 else "")).upper() if words else "?"


def actor(name: str | None) -> str:
    """Return the human name of an actor; asked once per request."""
    if not name:
        return ""
    known: dict[str, str] = g.setdefault("actor_names", {})
    if name not in known:
        known[name] = contacts.name_of(name)
    return known[name]


def prose(text: str) -> Markup:
    """Escape plain text and make its web addresses clickable."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        link = Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>').format(found[0])
        parts += [escape(text[end : found.start()]), link]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def rich(text: str) -> Markup:
    """Return the desk's own Markdown as clean HTML; what goes out by mail is read the same way."""
    return Markup(nh3.clean(_MARKDOWN.render(text), link_rel="noopener noreferrer nofollow"))  # noqa: S704 nh3 cleaned it


def status_words(ticket: Any) -> str:
    """Say a ticket's status, and for whom it waits."""
    if ticket.status == "waiting" and ticket.wait_reason:
        return f"Waiting {WAIT.get(ticket.wait_reason, ticket.wait_reason)}"
    return STATUS.get(ticket.status) or str(ticket.status)


def may(permission: str) -> bool:
    """Whether the reader may do something."""
    return bool(current_user.is_authenticated) and permissions.may(current_user, permission)


def init(app: Flask) -> None:
    app.jinja_env.filters.update(
        ago=ago,
        when=when,
        rich=rich,
        size=size,
        initials=initials,
        actor=actor,
        prose=prose,
        lasting=lasting,
        short=short,
    )
    app.jinja_env.tests["seen"] = lambda ticket: sees(current_user, ticket)
    app.jinja_env.globals.update(
        status_words=status_words,
        may=may,
        now=clock.now,
        desk_name=desk_name,
        demo=lambda: settings().demo,
        STATUS=STATUS,
        STATUS_TONE=STATUS_TONE,
        WAIT=WAIT,
        PRIORITY=PRIORITY,
        CLOCK=CLOCK,
        FLAG=FLAG,
        LANGUAGE=LANGUAGE,
        ROLE=ROLE,
        timedelta=timedelta,
        LINK_WORDS=ticket_life.LINK_WORDS,
        LINK_CHOICES=ticket_life.LINK_CHOICES,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
