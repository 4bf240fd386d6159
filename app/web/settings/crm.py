"""The CRMs contacts are read from, and what each reading did."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import crm
from app.crm import Source, runs, sources
from app.errors import NotFound
from app.web import csv_export
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt

blueprint = Blueprint("crm", __name__)
PAGE = Page(
    "Customers", "CRM", "web.settings.crm.show", "arrow-repeat", "Read contacts from the systems that know them"
)
# bi-arrow-repeat
EVERY = {0: "Only when somebody asks", 1: "Every hour", 6: "Every 6 hours", 24: "Every day", 168: "Every week"}
LABELS = {
    "external_id": "Id of the record",
    "emails": "Addresses",
    "phones": "Phones",
    "name": "Name",
    "organisation": "Organisation",
    "vip": "VIP",
    "product": "Product",
    "language": "Language",
    "notes": "Notes",
    "url": "Link to the record",
}
OUTCOMES = {"added": "Added", "changed": "Changed", "kept": "Left as edited", "refused": "Refused"}
REPORTED = 200_000


@blueprint.get("/crm")
@allow("settings.read")
def show() -> str:
    """List the CRMs and the latest runs."""
    page = max(1, request.args.get("page", 1, int))
    return render_template(
        "settings/crm.html", sources=sources.all_sources(), runs=runs.latest(page), page=page, every=EVERY
    )


@blueprint.get("/crm/new/<kind>")
@allow("settings.write")
def new(kind: str) -> str:
    """Show an empty form."""
    if kind not in crm.KINDS:
        raise NotFound("There is no such kind of CRM.")
    return _form(None, kind, {})


@blueprint.post("/crm/new/<kind>")
@allow("settings.write")
def create(kind: str) -> Response | tuple[str, int]:
    """Add a CRM."""
    made: list[Source] = []
    fields = {"name": request.form.get("name", ""), "kind": kind, **_fields()}
    token = request.form.get("token", "")
    wrong = attempt(lambda: made.append(sources.add(fields, token, by=current_user.actor)))
    if wrong:
        return _form(None, kind, wrong), 422
    return answer({}, lambda wrong: "", url_for("web.settings.crm.edit", public_id=made[0].public_id), "Added.")


@blueprint.get("/crm/<public_id>")
@allow("settings.read")
def edit(public_id: str) -> str:
    """Show a CRM, to be changed or read."""
    source = sources.by_public_id(public_id)
    return _form(source, source.kind, {})


@blueprint.post("/crm/<public_id>")
@allow("settings.write")
def save(public_id: str) -> Response | tuple[str, int]:
    """Keep what was changed."""
    source, by = sources.by_public_id(public_id), current_user.actor
    fields, token = _fields(), request.form.get("token", "")

    def change() -> None:
        sources.edit(source, fields, by=by)
        sources.set_token(source, token, by=by)

    back = url_for("web.settings.crm.edit", public_id=public_id)
    return answer(attempt(change), lambda wrong: _form(sources.by_public_id(public_id), source.kind, wrong), back)


@blueprint.post("/crm/<public_id>/runs")
@allow("settings.write")
def begin(public_id: str) -> Response | tuple[str, int]:
    """Have a CRM read now, or a file that was chosen."""
    source, file, by = sources.by_public_id(public_id), request.files.get("file"), current_user.actor
    content = file.read() if file and file.filename else None
    filename = file.filename or "" if file else ""
    made: list[str] = []

    def start() -> None:
        made.append(runs.begin(source, by=by, content=content, filename=filename).public_id)

    if wrong := attempt(start):
        source = sources.by_public_id(public_id)
        return _form(source, source.kind, wrong), 422
    flash("Begun. The report fills as it is read.")
    return redirect(url_for("web.settings.crm.report", public_id=made[0]), 303)


@blueprint.get("/crm/runs/<public_id>")
@allow("settings.read")
def report(public_id: str) -> str:
    """Show what a run did, record by record."""
    run, page = runs.by_public_id(public_id), max(1, request.args.get("page", 1, int))
    outcome = request.args.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    found = runs.report(run, outcome, page)
    return render_template(
        "settings/crm_run.html", run=run, found=found, page=page, outcome=outcome, outcomes=OUTCOMES, labels=LABELS
    )


@blueprint.get("/crm/runs/<public_id>/report.csv")
@allow("settings.read")
def export(public_id: str) -> Response:
    """Hand out a report as CSV."""
    run, page = runs.by_public_id(public_id), 1
    rows: list[tuple[Any, ...]] = []
    while page and len(rows) < REPORTED:
        found = runs.report(run, "", page, 200)
        rows += [_reported(line) for line in found.items]
        page = found.next or 0
    return csv_export.download(
        "crm-report.csv", ("Row", "Outcome", "Record", "Contact", "Reason", "Before", "After"), rows
    )


def _reported(line: crm.Line) -> tuple[Any, ...]:
    who = (line.contact.name or line.contact.email) if line.contact else ""
    return (line.row, line.outcome, line.external_id, who, line.reason, _told(line.before), _told(line.after))


def _told(values: dict[str, Any]) -> str:
    return "; ".join(f"{field}: {', '.join(v) if isinstance(v, list) else v}" for field, v in values.items())


def _fields() -> dict[str, Any]:
    sent = request.form
    mapping = {field: sent.get(f"mapping_{field}", "") for field in crm.FIELDS}
    fields = {field: sent.get(field, "") for field in ("url", "path", "every_hours")}
    return {**fields, "every_hours": fields["every_hours"] or "0", "mapping": mapping}


def _form(source: Source | None, kind: str, wrong: dict[str, str]) -> str:
    return render_template(
        "settings/crm_source.html",
        source=source,
        kind=kind,
        wrong=wrong,
        every=list(EVERY.items()),
        labels=LABELS,
        runs=runs.latest(1, 5, source) if source is not None else None,
    )
