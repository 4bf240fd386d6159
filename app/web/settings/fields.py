"""The desk's own fields, per category."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.errors import Invalid, NotFound
from app.tickets import category, fields
from app.tickets.configured import key_from
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt

blueprint = Blueprint("fields", __name__)
PAGE = Page("Tickets", "Custom fields", "web.settings.fields.show", "input-cursor-text", "What you ask about a ticket")
# bi-input-cursor-text
KINDS = {"text": "Text", "number": "Number", "date": "Date", "choice": "Choice", "yes_no": "Yes or no"}
Rows = list[dict[str, Any]]


@blueprint.get("/fields")
@allow("settings.read")
def show() -> str:
    """Show the fields in order."""
    return _list({})


@blueprint.get("/fields/new")
@allow("settings.write")
def new() -> str:
    """Show an empty field."""
    return _form("", {})


@blueprint.post("/fields/new")
@allow("settings.write")
def add() -> Response | tuple[str, int]:
    """Add a field."""
    sent = request.form

    def change(rows: Rows) -> None:
        rows.append(_row(key_from(sent.get("name", ""), [row["key"] for row in rows]), sent))

    return answer(_set(change), lambda wrong: _form("", wrong), url_for("web.settings.fields.show"))


@blueprint.get("/fields/<key>")
@allow("settings.read")
def edit(key: str) -> str:
    """Show one field."""
    return _form(key, {})


@blueprint.post("/fields/<key>")
@allow("settings.write")
def save(key: str) -> Response | tuple[str, int]:
    """Set one field; its key and kind stay, since tickets have values of it."""
    sent = request.form

    def change(rows: Rows) -> None:
        at = _at(rows, key)
        rows[at] = _row(key, sent) | {"kind": rows[at]["kind"], "archived": rows[at]["archived"]}

    return answer(_set(change), lambda wrong: _form(key, wrong), url_for("web.settings.fields.show"))


@blueprint.post("/fields/<key>/place")
@allow("settings.write")
def place(key: str) -> Response | tuple[str, int]:
    """Move a field one place up or down, archive it or take it up again."""
    act = request.form.get("act")

    def change(rows: Rows) -> None:
        at = _at(rows, key)
        if act in ("archive", "restore"):
            rows[at]["archived"] = act == "archive"
        else:
            rows.insert(max(0, at - 1 if act == "up" else at + 1), rows.pop(at))

    said = {"archive": "Archived; what tickets say stays.", "restore": "Asked again."}.get(act or "", "Moved.")
    return answer(_set(change), _list, url_for("web.settings.fields.show"), said)


def _set(change: Callable[[Rows], None]) -> dict[str, str]:
    def act() -> None:
        rows = [asdict(field) for field in fields.all_fields()]
        change(rows)
        fields.FIELDS.set(rows, by=current_user.actor)

    wrong = attempt(act)
    return {"": f"Fields {wrong['tickets_fields']}."} if "tickets_fields" in wrong else wrong


def _row(key: str, sent: MultiDict[str, str]) -> dict[str, Any]:
    name, choices = sent.get("name", "").strip(), sent.get("choices", "").splitlines()
    if not name:
        raise Invalid("A field needs a name.", {"name": "is empty"})
    if sent.get("kind") == "choice" and len([line for line in choices if line.strip()]) < 2:
        raise Invalid("Fewer than two choices are no choice.", {"choices": "needs at least two lines"})
    needed = sent.get("needed", "")
    return {
        "key": key,
        "name": name,
        "kind": sent.get("kind", ""),
        "choices": choices,
        "categories": sent.getlist("categories"),
        "required": needed == "always",
        "required_on_resolve": needed == "resolve",
        "hint": sent.get("hint", ""),
    }


def _at(rows: Rows, key: str) -> int:
    found = next((number for number, row in enumerate(rows) if row["key"] == key), None)
    if found is None:
        raise NotFound("There is no such field.")
    return found


def _list(wrong: dict[str, str]) -> str:
    names = {one.key: one.name for one in category.all_categories()}
    return render_template("settings/fields.html", rows=fields.all_fields(), names=names, kinds=KINDS, wrong=wrong)


def _form(key: str, wrong: dict[str, str]) -> str:
    rows = fields.all_fields()
    field = rows[_at([asdict(one) for one in rows], key)] if key else None
    return render_template(
        "settings/field.html", row=field, kinds=list(KINDS.items()), categories=category.all_categories(), wrong=wrong
    )
