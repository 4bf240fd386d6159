"""How fast the desk promises to be: a table of policies, and a form for each."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock, departments, sla
from app.contacts.contact import Organisation
from app.db import db
from app.departments import Department
from app.errors import Invalid
from app.sla.desk_hours import calendar_of
from app.sla.policy import KINDS, PAUSES, PRESETS, Policy
from app.sla.preview import outlook
from app.sla.written import read_duration, write_duration
from app.tickets.ticket import PRIORITIES, WAIT_REASONS
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt

blueprint = Blueprint("policies", __name__)
PAGE = Page("Promises", "Policies", "web.settings.policies.index", "stopwatch", "How soon customers hear from the desk")
# bi-stopwatch
MOST = 2_000
"""Organisations one can choose from."""
NAMES = {
    "first_response": "First reply",
    "next_response": "Next replies",
    "idle": "Longest wait",
    "resolution": "Solution",
}
HELP = {
    "first_response": "From the request to the first answer.",
    "next_response": "From a customer's further message to its answer. Writing again does not start anew.",
    "idle": "A customer who waits longer than this for an answer: the ticket is flagged and a manager told.",
    "resolution": "From the request until it is resolved.",
}
WAITS = {"customer": "the customer", "third_party": "somebody else", "review": "a review"}


@blueprint.app_template_filter("duration")
def duration(seconds: float | None) -> str:
    """Write seconds as people do: 30 min, 2 h, 3 d."""
    return write_duration(seconds)


@blueprint.get("/policies")
@allow("settings.read")
def index() -> str:
    """Show who is promised what."""
    found = sla.policies()
    everybody = {row.priority: row for row in found if not row.department_id and not row.organisation_id}
    groups: dict[str, list[Policy]] = {}
    for row in found:
        groups.setdefault(whose(row), []).append(row)
    return render_template("settings/policies.html", groups=groups, everybody=everybody, kinds=NAMES)


@blueprint.get("/policies/new")
@allow("settings.write")
def new() -> str:
    """Show the form of an exception for a department or an organisation."""
    return _form(None, {})


@blueprint.post("/policies/new")
@allow("settings.write")
def add() -> Response | tuple[str, int]:
    """Make an exception."""
    return answer(attempt(partial(_set, None)), partial(_form, None), url_for("web.settings.policies.index"))


@blueprint.get("/policies/<public_id>")
@allow("settings.read")
def show(public_id: str) -> str:
    """Show the form of a policy."""
    return _form(sla.by_public_id(public_id), {})


@blueprint.post("/policies/<public_id>")
@allow("settings.write")
def save(public_id: str) -> Response | tuple[str, int]:
    """Change a policy; the open clocks follow."""
    row = sla.by_public_id(public_id)
    back = url_for("web.settings.policies.index")
    return answer(attempt(partial(_set, row)), partial(_form, row), back, "Saved. Open clocks are counted again.")


@blueprint.post("/policies/<public_id>/removal")
@allow("settings.write")
def remove(public_id: str) -> Response | tuple[str, int]:
    """Take an exception away; what is less specific holds again."""
    row = sla.by_public_id(public_id)
    wrong = attempt(lambda: sla.remove_policy(row, by=current_user.actor))
    return answer(wrong, partial(_form, row), url_for("web.settings.policies.index"), "Removed.")


def whose(row: Policy) -> str:
    """Say for whom a policy holds."""
    names = [f"Customers of {row.organisation.name}"] if row.organisation else []
    names += [row.department.name] if row.department else []
    return " at ".join(names) or "Everybody"


def _set(row: Policy | None) -> Policy:
    sent, wrong = request.form, dict[str, str]()
    targets: dict[str, Any] = {}
    for kind in KINDS:
        try:
            targets[kind] = read_duration(sent.get(kind, ""), kind)
        except Invalid as error:
            wrong.update(error.fields)
    share = sent.get("near_breach", "").strip()
    if not share.isdecimal() or not 1 <= int(share) <= 100:
        wrong["near_breach"] = "must be a whole number from 1 to 100"
    place = _place(row, wrong)
    if wrong:
        raise Invalid("Part of this cannot be.", wrong)
    return sla.set_policy(
        **place,
        **targets,
        name=sent.get("name", ""),
        near_breach=int(share) / 100,
        in_hours="in_hours" in sent,
        pauses={kind: [one for one in WAIT_REASONS if f"pause_{kind}_{one}" in sent] for kind in KINDS},
        by=current_user.actor,
    )


def _place(row: Policy | None, wrong: dict[str, str]) -> dict[str, Any]:
    if row is not None:
        return {"priority": row.priority, "department": row.department, "organisation": row.organisation}
    sent = request.form
    if (priority := sent.get("priority", "")) not in PRIORITIES:
        wrong["priority"] = "must be chosen"
    department: Department | None = departments.by_public_id(sent.get("department", ""))
    named = db.select(Organisation).where(Organisation.public_id == sent.get("organisation", "")[:36])
    organisation = db.session.scalars(named).one_or_none()
    if department is None and organisation is None:
        wrong["department"] = "choose a department, an organisation, or both"
    return {"priority": priority, "department": department, "organisation": organisation}


def _form(row: Policy | None, wrong: dict[str, str]) -> str:
    usual = PRESETS["medium"]
    return render_template(
        "settings/policy.html",
        policy=row,
        whose=whose(row) if row else "",
        kinds=NAMES,
        help=HELP,
        waits=WAITS,
        targets={kind: row.budget(kind) if row else usual[kind] for kind in KINDS},
        pauses={kind: row.paused_by(kind) if row else PAUSES[kind] for kind in KINDS},
        priorities=[(key, key.capitalize()) for key in reversed(PRIORITIES)],
        departments=[(desk.public_id, desk.name) for desk in departments.all_departments()],
        organisations=_organisations(),
        previews=_previews(row) if row else [],
        wrong=wrong,
    )


def _organisations() -> list[tuple[str, str]]:
    known = db.select(Organisation.public_id, Organisation.name).order_by(Organisation.name).limit(MOST)
    return [(ident, name) for ident, name in db.session.execute(known)]


def _previews(row: Policy) -> list[tuple[str, Any]]:
    desks = [row.department] if row.department else departments.all_departments()
    targets = {kind: row.budget(kind) for kind in ("first_response", "resolution")}
    return [(desk.name, outlook(calendar_of(desk), targets, clock.now())) for desk in desks]
