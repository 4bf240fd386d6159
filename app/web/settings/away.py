"""When a colleague is away, and how much they take at a time: also set by who looks after them."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock, departments, people
from app.errors import Forbidden, Invalid
from app.people import Agent
from app.web.access import allow
from app.web.settings.page import answer, attempt
from app.web.settings.team_page import page

blueprint = Blueprint("away", __name__, url_prefix="/team/<public_id>")


def _looked_after(public_id: str) -> Agent:
    agent = people.named(public_id)
    if not departments.looks_after(current_user, agent):
        raise Forbidden(f"You neither lead {agent.name} nor share a department with them.")
    return agent


def _answer(public_id: str, wrong: dict[str, str], said: str) -> Response | tuple[str, int]:
    return answer(wrong, partial(page, public_id), url_for("web.settings.team.show", public_id=public_id), said)


@blueprint.post("/capacity")
@allow("staff.write")
def set_capacity(public_id: str) -> Response | tuple[str, int]:
    """Say how many open tickets they are given by turns at most."""
    agent = _looked_after(public_id)
    wrong = attempt(lambda: people.edit(agent, by=current_user.actor, capacity=request.form.get("capacity", "")))
    return _answer(public_id, wrong, "Saved.")


@blueprint.post("/away")
@allow("staff.write")
def set_away(public_id: str) -> Response | tuple[str, int]:
    """Say that they are away from now on, or back."""
    agent, away = _looked_after(public_id), request.form.get("away") == "1"
    wrong = attempt(lambda: people.set_absent(agent, away, by=current_user.actor))
    said = f"{agent.name} is away; nothing is assigned to them." if away else f"{agent.name} is back."
    return _answer(public_id, wrong, said)


@blueprint.post("/absences")
@allow("staff.write")
def plan(public_id: str) -> Response | tuple[str, int]:
    """Plan an absence: whole days, in the time zone of who plans it."""
    agent, sent = _looked_after(public_id), request.form

    def act() -> None:
        zone = _zone(sent.get("zone", ""))
        first = _day("starts_at", sent.get("starts_at", "")) or clock.now().astimezone(zone).date()
        last = _day("ends_at", sent.get("ends_at", ""))
        begins, ends = _midnight(first, zone), _midnight(last + timedelta(days=1), zone) if last else None
        people.absences.plan(agent, begins, ends, by=current_user.actor, note=sent.get("note", ""))

    return _answer(public_id, attempt(act), "Planned.")


@blueprint.post("/absences/<absence>/end")
@allow("staff.write")
def cancel(public_id: str, absence: str) -> Response | tuple[str, int]:
    """End an absence, or forget one that has not begun."""
    found = people.absences.by_public_id(_looked_after(public_id), absence)
    wrong = attempt(lambda: people.absences.cancel(found, by=current_user.actor))
    return _answer(public_id, wrong, "Removed.")


def _day(field: str, text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Invalid("This is no day.", {field: "must be a day, such as 2026-12-24"}) from None
    if found is not None and not 2000 <= found.year <= 2200:
        raise Invalid("This is too far away.", {field: "must lie between 2000 and 2200"})
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    # The browser says it; what it says is only a wish.
    try:
        return ZoneInfo(name if name and len(name) < 60 else "UTC")
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")
