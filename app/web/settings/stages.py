"""The stages of the board, and when somebody has to say why."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app import departments
from app.errors import Invalid, NotFound
from app.tickets import by_hand, stages
from app.tickets.configured import key_from
from app.tickets.status import SETTABLE
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt

blueprint = Blueprint("stages", __name__)
PAGE = Page("Tickets", "Stages", "web.settings.stages.show", "kanban", "The columns of the board and what they mean")
# bi-kanban
Rows = list[dict[str, Any]]


@blueprint.get("/stages")
@allow("settings.read")
def show() -> str:
    """Show the stages in order."""
    return _list({})


@blueprint.post("/stages/reasons")
@allow("settings.write")
def set_reasons() -> Response | tuple[str, int]:
    """Set for which statuses somebody has to say why."""
    chosen, by = request.form.getlist("reasons_for"), current_user.actor
    wrong = attempt(lambda: by_hand.REASONS_FOR.set(chosen, by=by))
    return answer(wrong, _list, url_for("web.settings.stages.show"))


@blueprint.post("/stages/<key>/place")
@allow("settings.write")
def place(key: str) -> Response | tuple[str, int]:
    """Move a stage one place up or down, or take it away."""
    act = request.form.get("act")

    def change(rows: Rows) -> None:
        at = _at(rows, key)
        row = rows.pop(at)
        if act != "remove":
            rows.insert(max(0, at - 1 if act == "up" else at + 1), row)

    said = "Taken away; its tickets are in the stage that fits them." if act == "remove" else "Moved."
    return answer(_set(change), _list, url_for("web.settings.stages.show"), said)


@blueprint.get("/stages/new")
@allow("settings.write")
def new() -> str:
    """Show an empty stage."""
    return _form("", {})


@blueprint.post("/stages/new")
@allow("settings.write")
def add() -> Response | tuple[str, int]:
    """Add a stage at the end of those of its kind."""
    sent = request.form

    def change(rows: Rows) -> None:
        key = key_from(sent.get("name", ""), [row["key"] for row in rows])
        alike = [number for number, row in enumerate(rows) if row["status"] == sent.get("status")]
        rows.insert((alike[-1] if alike else len(rows) - 1) + 1, _row(key, sent))

    return answer(_set(change), lambda wrong: _form("", wrong), url_for("web.settings.stages.show"))


@blueprint.get("/stages/<key>")
@allow("settings.read")
def edit(key: str) -> str:
    """Show one stage."""
    return _form(key, {})


@blueprint.post("/stages/<key>")
@allow("settings.write")
def save(key: str) -> Response | tuple[str, int]:
    """Set one stage."""
    sent = request.form

    def change(rows: Rows) -> None:
        rows[_at(rows, key)] = _row(key, sent)

    return answer(_set(change), lambda wrong: _form(key, wrong), url_for("web.settings.stages.show"))


def _set(change: Callable[[Rows], None]) -> dict[str, str]:
    def act() -> None:
        rows = [asdict(stage) for stage in stages.all_stages()]
        change(rows)
        stages.set_stages(rows, by=current_user.actor)

    wrong = attempt(act)
    # The list is one option; what is wrong with one of its stages belongs to the form of that stage.
    return {"": f"Stages {wrong['tickets_stages']}."} if "tickets_stages" in wrong else wrong


def _row(key: str, sent: MultiDict[str, str]) -> dict[str, Any]:
    status, _, wait_reason = sent.get("status", "").partition(":")
    name = sent.get("name", "").strip()
    if not name:
        raise Invalid("A stage needs a name.", {"name": "is empty"})
    return {
        "key": key,
        "name": name,
        "status": status,
        "wait_reason": wait_reason or None,
        "departments": sent.getlist("departments"),
        "reason_required": sent.get("reason_required", ""),
        "awaiting_after": sent.get("awaiting_after", "").strip(),
    }


def _at(rows: Rows, key: str) -> int:
    found = next((number for number, row in enumerate(rows) if row["key"] == key), None)
    if found is None:
        raise NotFound("There is no such stage.")
    return found


def _list(wrong: dict[str, str]) -> str:
    return render_template(
        "settings/stages.html",
        stages=stages.all_stages(),
        statuses=SETTABLE,
        reasons_for=by_hand.REASONS_FOR.get(),
        names={one.key: one.name for one in departments.all_departments()},
        wrong=wrong,
    )


def _form(key: str, wrong: dict[str, str]) -> str:
    rows = stages.all_stages()
    stage = rows[_at([asdict(one) for one in rows], key)] if key else None
    return render_template("settings/stage.html", stage=stage, departments=departments.all_departments(), wrong=wrong)
