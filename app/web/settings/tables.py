"""The rules of the desk: decision tables to read and to edit, cell by cell; saving one deploys its next version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import engine, relay
from app.db import db
from app.engine.models import Definition
from app.engine.sheets import Sheet
from app.errors import Invalid, NotFound, Trouble
from app.people import permissions
from app.tickets import facts, finding
from app.web import table_form
from app.web.access import allow
from app.web.settings.page import Page

blueprint = Blueprint("tables", __name__)
PAGE = Page(
    "Routing",
    "Rules",
    "web.settings.tables.index",
    "table",
    "Tables that set department, priority and tags",
    "process.read",
)
# bi-table
VERSIONS = 20


@dataclass
class Shown:
    """A table on the page; `problems` by row id and cell, None for the row; `base` is the version it was read from."""

    sheet: Sheet
    base: int
    problems: dict[tuple[str, int | None], str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    matched: list[str] = field(default_factory=list)
    answer: str = ""
    note: str = ""
    tried: str = ""
    changed: bool = False


@blueprint.get("/tables")
@allow("process.read")
def index() -> str:
    """List the tables."""
    return render_template("settings/tables.html", tables=[one for one in engine.definitions() if one.kind == "dmn"])


@blueprint.get("/tables/<key>")
@allow("process.read")
def show(key: str) -> str:
    """Show a table; who may deploy edits it here."""
    stored = _stored(key)
    shown = _looked_at(stored.xml, stored.version, request.args.get("ticket", ""))
    return _page(stored, shown)


@blueprint.post("/tables/<key>")
@allow("process.deploy")
def save(key: str) -> Response | tuple[str, int] | str:
    """Deploy what was typed as the next version, or rearrange it, or try it on a ticket."""
    stored, sent = _stored(key), request.form
    act = sent.get("act", "save")
    try:
        sheet = table_form.sheet_of(sent, engine.sheets.read(stored.xml), _facts())
        if act not in {"save", "try", "check"}:
            sheet = table_form.rearranged(sheet, act, _facts())
    except Invalid as error:
        shown = _looked_at(stored.xml, stored.version, "")
        shown.wrong = {"": error.detail}
        return _page(stored, shown), 422
    xml = engine.sheets.write(stored.xml, sheet)
    shown = _looked_at(xml, sent.get("base", 0, int), sent.get("ticket", "").strip())
    shown.note, shown.changed = sent.get("note", "").strip()[:500], True
    if act != "save":
        return _page(stored, shown)
    return _deployed(stored, shown, xml)


@blueprint.post("/tables/<key>/restoration")
@allow("process.deploy")
def restore(key: str) -> Response:
    """Deploy an earlier version again, as the next one."""
    earlier = engine.version(key, request.form.get("version", 0, int))
    engine.deploy(earlier.xml, note=f"As in version {earlier.version}", by=current_user.actor)
    relay.commit()
    flash(f"Version {earlier.version} is in force again.")
    return redirect(url_for("web.settings.tables.show", key=key), 303)


def _deployed(stored: Definition, shown: Shown, xml: str) -> Response | tuple[str, int]:
    if shown.base != stored.version:
        who = f"Version {stored.version} was deployed while you edited version {shown.base}."
        shown.wrong, shown.base = {"": f"{who} Nothing is lost: save again to put yours in its place."}, stored.version
    elif not shown.note:
        shown.wrong = {"note": "say in a few words why"}
    elif shown.problems:
        shown.wrong = {"": "Nothing was saved: some cells need another look."}
    if shown.wrong:
        return _page(stored, shown), 422
    try:
        made = engine.deploy(xml, note=shown.note, by=current_user.actor)
        relay.commit()
    except engine.Refused as error:
        db.session.rollback()
        shown.wrong = {"": error.detail}
        return _page(_stored(stored.key), shown), 422
    flash(
        f"Version {made.version} is in force: the next ticket meets it." if made is not stored else "Nothing changed."
    )
    return redirect(url_for("web.settings.tables.show", key=made.key), 303)


def _stored(key: str) -> Definition:
    found = engine.active(key)
    if found.kind != "dmn":
        raise NotFound(f"There is no table “{key[:80]}”.")
    return found


def _facts() -> Mapping[str, str]:
    return engine.operation("tickets.facts").returns


def _looked_at(xml: str, base: int, number: str) -> Shown:
    shown = Shown(engine.sheets.read(xml), base, tried=number[:24])
    for problem in engine.check(xml):
        if problem.severity == "error":
            shown.problems.setdefault((problem.element, problem.cell), problem.message)
        else:
            shown.warnings.setdefault(problem.element, problem.message)
    if number:
        _try(shown, xml, number)
    return shown


def _try(shown: Shown, xml: str, number: str) -> None:
    try:
        ticket = finding.by_number(number)
        verdict = engine.sheets.decide(xml, {"facts": facts.facts(ticket), "ticket": ticket.id})
    except Trouble as error:
        shown.wrong = {"ticket": error.detail}
        return
    shown.matched = verdict.rules
    answers: list[dict[str, Any]] = verdict.answer if isinstance(verdict.answer, list) else [verdict.answer]
    names = {column.expression: column.label for column in shown.sheet.outputs}
    told = [", ".join(f"{names[name]}: {_plain(value)}" for name, value in one.items()) for one in answers]
    shown.answer = "; ".join(told) or "no row fits, so nothing"


def _fact(expression: str) -> str:
    return expression.removeprefix('facts["').removesuffix('"]')


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value not in {None, ""} else "–"


def _page(stored: Definition, shown: Shown) -> str:
    newest = select(Definition).where(Definition.key == stored.key).order_by(Definition.version.desc())
    ids = {column.id for column in engine.sheets.read(stored.xml).inputs}
    columns = [one.id if one.id in ids else f"new:{_fact(one.expression)}" for one in shown.sheet.inputs]
    asked = {column.expression for column in shown.sheet.inputs}
    offered = [(fact, table_form.NAMES.get(fact, fact)) for fact in _facts() if f'facts["{fact}"]' not in asked]
    return render_template(
        "settings/rules.html",
        stored=stored,
        shown=shown,
        sheet=shown.sheet,
        wrong=shown.wrong,
        columns=columns,
        versions=list(db.session.scalars(newest.limit(VERSIONS))),
        offered=offered,
        editing=permissions.may(current_user, "process.deploy"),
    )
