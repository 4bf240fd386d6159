"""When the departments work: hours of the week, holidays, special days, and what that means for a ticket."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock, departments, sla
from app.departments.department import BusinessCalendar
from app.sla.calendar import Calendar
from app.sla.preview import outlook
from app.tickets.ticket import PRIORITIES
from app.web.access import allow
from app.web.settings import calendar_form, week
from app.web.settings.page import Page, answer, attempt

blueprint = Blueprint("calendars", __name__)
PAGE = Page("Promises", "Calendars and holidays", "web.settings.calendars.index", "calendar-week", "When time counts")
# bi-calendar-week
DAYS = {
    **{"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday"},
    **{"fri": "Friday", "sat": "Saturday", "sun": "Sunday"},
}
COUNTED = {"first_response": "First reply", "resolution": "Solution"}


@blueprint.get("/calendars")
@allow("settings.read")
def index() -> str:
    """List the calendars with who works by them, and who works round the clock."""
    shown = [(row, Calendar.parse(row.spec), sla.departments_of(row)) for row in sla.calendars()]
    always = [desk for desk in departments.all_departments() if desk.calendar is None]
    today = clock.now().date()
    return render_template("settings/calendars.html", calendars=shown, always=always, week=week, today=today)


@blueprint.get("/calendars/new")
@allow("settings.write")
def new() -> str:
    """Show an empty calendar."""
    return _form(None, {})


@blueprint.post("/calendars/new")
@allow("settings.write")
def add() -> Response | tuple[str, int] | str:
    """Add a calendar, or show what it would mean."""
    return _settle(None, lambda name, spec: sla.add_calendar(name, spec, by=current_user.actor))


@blueprint.get("/calendars/<public_id>")
@allow("settings.read")
def show(public_id: str) -> str:
    """Show a calendar."""
    return _form(sla.calendar_by_public_id(public_id), {})


@blueprint.post("/calendars/<public_id>")
@allow("settings.write")
def save(public_id: str) -> Response | tuple[str, int] | str:
    """Change a calendar, or show what it would mean; the open clocks follow."""
    row = sla.calendar_by_public_id(public_id)

    def change(name: str, spec: dict[str, Any]) -> BusinessCalendar:
        sla.change_calendar(row, name, spec, by=current_user.actor)
        return row

    return _settle(row, change)


@blueprint.post("/calendars/<public_id>/removal")
@allow("settings.write")
def remove(public_id: str) -> Response | tuple[str, int]:
    """Delete a calendar nobody works by."""
    row = sla.calendar_by_public_id(public_id)
    wrong = attempt(lambda: sla.remove_calendar(row, by=current_user.actor))
    return answer(wrong, partial(_form, row), url_for("web.settings.calendars.index"), "Removed.")


def _settle(
    row: BusinessCalendar | None, keep: Callable[[str, dict[str, Any]], BusinessCalendar]
) -> Response | tuple[str, int] | str:
    spec, wrong = calendar_form.read(row.spec if row else calendar_form.NEW)
    if wrong:
        return _form(row, wrong, spec), 422
    if request.form.get("act") == "preview":
        return _form(row, {}, spec)

    def act() -> None:
        chosen = set(request.form.getlist("departments"))
        use = [desk for desk in departments.all_departments() if desk.public_id in chosen]
        sla.use_calendar(keep(request.form.get("name", ""), spec), use, by=current_user.actor)

    back = url_for("web.settings.calendars.index")
    return answer(attempt(act), lambda found: _form(row, found, spec), back, "Saved. Open clocks are counted again.")


def _form(row: BusinessCalendar | None, wrong: dict[str, str], spec: dict[str, Any] | None = None) -> str:
    shown = spec or (row.spec if row else calendar_form.NEW)
    counting = None if wrong else Calendar.parse(shown)
    at = _moment(counting)
    return render_template(
        "settings/calendar.html",
        calendar=row,
        spec=shown,
        **calendar_form.fields(shown),
        days=DAYS,
        countries=week.country_names(),
        zones=sorted(available_timezones() - {"Factory", "localtime"}),
        departments=departments.all_departments(),
        using={desk.public_id for desk in sla.departments_of(row)} if row else set(),
        counted=COUNTED,
        outlooks=_outlooks(counting, at) if counting else [],
        at=at,
        upcoming=week.coming(counting, clock.now().date()) if counting else [],
        wrong=wrong,
    )


def _outlooks(counting: Calendar, at: datetime) -> list[tuple[str, Any]]:
    everybody = {row.priority: row for row in sla.policies() if not row.department_id and not row.organisation_id}
    found = [(priority, everybody[priority]) for priority in reversed(PRIORITIES) if priority in everybody]
    return [(priority, outlook(counting, {kind: row.budget(kind) for kind in COUNTED}, at)) for priority, row in found]


def _moment(counting: Calendar | None) -> datetime:
    """Return the moment a ticket would arrive, in the calendar's zone: what the form says, or now."""
    now = clock.now().replace(second=0, microsecond=0)
    if counting is None:
        return now
    try:
        return datetime.fromisoformat(request.form.get("at", "")).replace(tzinfo=counting.zone)
    except ValueError:
        return now.astimezone(counting.zone)
