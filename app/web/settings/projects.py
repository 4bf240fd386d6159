"""Projects, the segments customers may ask for, and the columns of their boards."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import cards
from app.cards import boards, finding
from app.errors import NotFound
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt, changed_by

blueprint = Blueprint("projects", __name__, url_prefix="/projects")
PAGE = Page(
    "Tickets",
    "Projects and boards",
    "web.settings.projects.index",
    "kanban",
    "Where change requests go, and how work is delivered",
)
# bi-kanban
Answer = Response | tuple[str, int]


@blueprint.get("")
@allow("settings.read")
def index() -> str:
    """List the projects."""
    return _list({})


@blueprint.post("")
@allow("settings.write")
def add() -> Answer:
    """Add a project with the usual columns."""
    sent, by = request.form, current_user.actor
    key = sent.get("key", "").strip().upper()
    wrong = attempt(lambda: boards.add_project(key, sent.get("name", ""), by=by))
    return answer(wrong, _list, url_for("web.settings.projects.show", key=key or "-"), "Added.")


@blueprint.get("/<key>")
@allow("settings.read")
def show(key: str) -> str:
    """Show a project."""
    return _page(key, {})


@blueprint.post("/<key>")
@allow("settings.write")
def save(key: str) -> Answer:
    """Rename a project, put it away or take it out again."""
    project, by = finding.project_by_key(key), current_user.actor
    if "archived" in request.form:
        return _done(key, lambda: boards.archive(project, request.form["archived"] == "1", by=by))
    return _done(key, lambda: boards.change_project(project, name=request.form.get("name", ""), by=by))


@blueprint.post("/<key>/columns")
@allow("settings.write")
def save_columns(key: str) -> Answer:
    """Set names and limits of all columns."""
    project, sent, by = finding.project_by_key(key), request.form, current_user.actor
    acts: dict[str, Callable[[], object]] = {}
    for column in project.columns:
        if f"name-{column.public_id}" in sent:
            name, limit = sent[f"name-{column.public_id}"], sent.get(f"limit-{column.public_id}", "")
            acts[column.public_id] = _renaming(project, column, name, limit, by)
    wrong = changed_by(acts)
    return answer(wrong, lambda found: _page(key, found), url_for("web.settings.projects.show", key=key))


def _renaming(project: cards.Project, column: cards.Column, name: str, limit: str, by: str) -> Callable[[], object]:
    return lambda: boards.change_column(project, column, name=name, wip_limit=limit, by=by)


@blueprint.post("/<key>/columns/new")
@allow("settings.write")
def add_column(key: str) -> Answer:
    """Add a column."""
    project, sent, by = finding.project_by_key(key), request.form, current_user.actor
    meaning, limit = sent.get("meaning", "open"), sent.get("wip_limit", "")
    return _done(
        key, lambda: boards.add_column(project, sent.get("column_name", ""), meaning=meaning, wip_limit=limit, by=by)
    )


@blueprint.post("/<key>/columns/<column_id>")
@allow("settings.write")
def change_column(key: str, column_id: str) -> Answer:
    """Move a column to the left or right, or remove it."""
    project, column, by = finding.project_by_key(key), finding.column(column_id), current_user.actor
    if column.project_id != project.id:
        raise NotFound("There is no such column.")
    if request.form.get("act") == "gone":
        return _done(key, lambda: boards.drop_column(project, column, by=by), "Removed.")
    step = -1 if request.form.get("act") == "left" else 1
    return _done(key, lambda: boards.shift_column(project, column, step, by=by))


@blueprint.post("/<key>/segments")
@allow("settings.write")
def add_segment(key: str) -> Answer:
    """Add a segment."""
    project, sent, by = finding.project_by_key(key), request.form, current_user.actor
    return _done(
        key,
        lambda: boards.add_segment(
            project,
            sent.get("key", ""),
            sent.get("name", ""),
            prefix=sent.get("prefix", ""),
            addresses=_lines(sent.get("addresses", "")),
            by=by,
        ),
        "Added.",
    )


@blueprint.post("/<key>/segments/<segment>")
@allow("settings.write")
def save_segment(key: str, segment: str) -> Answer:
    """Change a segment."""
    project, sent, by = finding.project_by_key(key), request.form, current_user.actor
    row = next((one for one in project.segments if one.key == segment), None)
    if row is None:
        raise NotFound("There is no such segment.")
    return _done(
        key,
        lambda: boards.change_segment(
            row,
            name=sent.get("name", ""),
            prefix=sent.get("prefix", ""),
            addresses=_lines(sent.get("addresses", "")),
            archived="archived" in sent,
            by=by,
        ),
    )


def _lines(text: str) -> list[str]:
    return text.replace(",", "\n").splitlines()


def _done(key: str, act: Callable[[], object], said: str = "Saved.") -> Answer:
    return answer(attempt(act), lambda found: _page(key, found), url_for("web.settings.projects.show", key=key), said)


def _list(wrong: dict[str, str]) -> str:
    return render_template(
        "settings/projects.html", projects=finding.projects(), archived=finding.projects(archived=True), wrong=wrong
    )


def _page(key: str, wrong: dict[str, str]) -> str:
    return render_template("settings/project.html", project=finding.project_by_key(key), wrong=wrong)
