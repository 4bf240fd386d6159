"""Who is on call: the next two weeks, shifts by hand and from a calendar file."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo, available_timezones

from flask import Blueprint, flash, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import clock, departments, oncall, people
from app.db import db
from app.departments import Department
from app.errors import Invalid, NotFound
from app.oncall import importing, rota
from app.oncall.slot import Slot
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt, set_options

blueprint = Blueprint("oncall", __name__)
PAGE = Page(
    "Routing", "On call", "web.settings.oncall.show", "telephone-forward", "Who is told of urgent tickets, and when"
)
DAYS = 14
# bi-telephone-forward


@blueprint.get("/oncall")
@allow("settings.read")
def show() -> str:
    """Show the next two weeks."""
    return _page({})


@blueprint.post("/oncall")
@allow("settings.write")
def add() -> Response | tuple[str, int]:
    """Put somebody on call."""
    return answer(attempt(_add), _page, _here(), "They are on call then.")


@blueprint.post("/oncall/file")
@allow("settings.write")
def import_file() -> Response | tuple[str, int]:
    """Read a calendar file."""
    return answer(attempt(_import), _page, _here(), "The calendar is read.")


@blueprint.post("/oncall/minutes")
@allow("settings.write")
def save_minutes() -> Response | tuple[str, int]:
    """Set how long somebody has to react."""
    return answer(set_options(oncall.MINUTES), _page, _here())


@blueprint.post("/oncall/<public_id>/removal")
@allow("settings.write")
def remove(public_id: str) -> Response | tuple[str, int]:
    """Take a shift out of the rota."""
    slot = db.session.scalar(select(Slot).where(Slot.public_id == public_id[:36]))
    if slot is None:
        raise NotFound("There is no such shift.")
    return answer(attempt(partial(oncall.remove, slot, by=current_user.actor)), _page, _here(), "It is removed.")


def _here() -> str:
    return url_for("web.settings.oncall.show", department=request.values.get("department") or None, zone=_zone())


def _add() -> None:
    sent = request.form
    agent = people.by_public_id(sent.get("agent", ""))
    if agent is None:
        raise Invalid("Choose a colleague.", {"agent": "is unknown"})
    begins = rota.local(sent.get("starts_at", ""), _zone(), "starts_at")
    ends = rota.local(sent.get("ends_at", ""), _zone(), "ends_at")
    oncall.add(agent, begins, ends, by=current_user.actor, department=_department())


def _import() -> None:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("Choose a file.", {"file": "is missing"})
    content = file.stream.read(importing.MAX_BYTES + 1)
    found = oncall.import_calendar(
        content, by=current_user.actor, zone=_zone(), name=file.filename, department=_department()
    )
    flash(f"{found.slots} shifts of the coming year are in the rota.")
    for why in found.left_out[:5]:
        flash(f"Left out: {why}.")


def _department() -> Department | None:
    key = request.values.get("department", "")
    return departments.by_key(key) if key else None


def _zone() -> str:
    """Return the zone of the page: the one asked for, else that of the hours of a department, else UTC."""
    asked = request.values.get("zone", "")
    if request.method == "POST" or asked in available_timezones():
        return asked
    own = _department()
    with_hours = [one for one in (own, *departments.all_departments()) if one is not None and one.calendar]
    return next((str(one.calendar.spec.get("timezone", "UTC")) for one in with_hours if one.calendar), "UTC")


def _page(wrong: dict[str, str]) -> str:
    department, zone = _department(), _zone()
    here = ZoneInfo(zone if zone in available_timezones() else "UTC")
    since = clock.now()
    slots, gaps = oncall.coming(since, since + timedelta(days=DAYS), department)
    lines: list[Slot | oncall.Gap] = sorted([*slots, *gaps], key=_begins)
    return render_template(
        "settings/oncall.html",
        lines=lines,
        gaps=gaps,
        zone_info=here,
        zone=zone,
        department=department,
        departments=departments.all_departments(),
        agents=people.all_agents(),
        minutes=oncall.MINUTES.get(),
        wrong=wrong,
        moment=since,
    )


def _begins(line: Slot | oncall.Gap) -> datetime:
    return line.starts_at
