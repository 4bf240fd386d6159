"""Who changed what, when and why."""

from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, render_template, request
from sqlalchemy import Select, select

from app import contacts
from app.events import Event
from app.paging import paginate
from app.tickets.ticket import Ticket
from app.web.access import allow
from app.web.ticket_numbers import numbers

blueprint = Blueprint("audit", __name__)
PAGE_SIZE = 100


@blueprint.get("/audit")
@allow("audit.read")
def index() -> str:
    """Show what happened, newest first, narrowed by name, subject, actor and day."""
    wanted = {name: request.args.get(name, "").strip() for name in ("name", "ticket", "actor", "since", "until")}
    page = max(1, request.args.get("page", 1, int))
    found = paginate(_query(wanted), page, PAGE_SIZE)
    known = numbers(event.ticket_id for event in found.items)
    return render_template("audit/index.html", found=found, wanted=wanted, page=page, numbers=known)


def _query(wanted: dict[str, str]) -> Select[Event]:
    query = select(Event).order_by(Event.id.desc())
    if wanted["name"]:
        query = query.where(Event.name.startswith(wanted["name"], autoescape=True))
    if wanted["actor"]:
        query = query.where(Event.actor == wanted["actor"])
    if wanted["ticket"]:
        query = query.where(Event.ticket_id.in_(select(Ticket.id).where(Ticket.number == wanted["ticket"].upper())))
    if since := _day(wanted["since"]):
        query = query.where(Event.at >= since)
    if until := _day(wanted["until"]):
        query = query.where(Event.at < until + timedelta(days=1))
    return query


def _day(text: str) -> datetime | None:
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), time(), UTC) if text else None
    except ValueError:
        return None


@blueprint.app_template_global()
def subject_name(subject: str) -> str:
    """Return the human name of what an event is about."""
    kind, _, _ = subject.partition(":")
    return contacts.name_of(subject) if kind in {"agent", "contact"} else subject
