"""Boards: what is being delivered, and what comes next?"""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app import cards, clock, relay
from app.cards import finding
from app.db import db
from app.errors import Invalid
from app.people import permissions
from app.web.access import allow

blueprint = Blueprint("boards", __name__, url_prefix="/boards")


@blueprint.get("")
@allow("ticket.read")
def index() -> AnyResponse | str:
    """Go to the board looked at last, else to the first; say what boards are for where there is none."""
    found = finding.projects()
    if not found:
        return render_template("boards/none.html")
    last = request.cookies.get("board", "")
    chosen = next((one for one in found if one.key == last), found[0])
    return redirect(url_for("web.boards.show", key=chosen.key))


@blueprint.get("/<key>")
@allow("ticket.read")
def show(key: str) -> Response:
    """Show a board."""
    answer = make_response(render_template("boards/show.html", projects=finding.projects(), **_shown(key)))
    secure = request.is_secure
    answer.set_cookie("board", key.upper()[:10], max_age=365 * 86400, samesite="Lax", httponly=True, secure=secure)
    return answer


@blueprint.get("/<key>/live")
@allow("ticket.read")
def live(key: str) -> Response | str:
    """Send the columns again when anything moved since; 204 when nothing did."""
    project = finding.project_by_key(key)
    if request.args.get("since") == _stamp(project):
        return make_response("", 204)
    return render_template("boards/columns.html", **_shown(key))


@blueprint.post("/<key>/cards")
@allow("ticket.write")
def add(key: str) -> AnyResponse:
    """Put a new card at the end of a column."""
    project = finding.project_by_key(key)
    try:
        column = finding.column(request.form.get("column", ""))
        cards.make(project, request.form.get("title", ""), column=column, by=current_user.actor)
        relay.commit()
    except (Invalid, cards.Full) as error:
        db.session.rollback()
        return refused(error, key)
    return moved(key)


def refused(error: Invalid | cards.Full, key: str) -> AnyResponse:
    """Say why not: to the script, which may ask a manager for a reason, or as a notice on the board."""
    detail = " ".join((error.detail, *getattr(error, "fields", {}).values()))
    if "X-Board" in request.headers:
        may = isinstance(error, cards.Full) and permissions.may(current_user, "settings.write")
        return make_response({"detail": error.detail, "exceed": may}, error.status)
    flash(detail)
    return redirect(url_for("web.boards.show", key=key), 303)


def moved(key: str) -> AnyResponse:
    """Answer a change of the board: nothing to the script, which asks for the columns; the board to everybody else."""
    if "X-Board" in request.headers:
        return make_response("", 204)
    return redirect(url_for("web.boards.show", key=key), 303)


def _stamp(project: cards.Project) -> str:
    # The day counts too: at midnight a due date turns red.
    return f"{project.revision}-{clock.now():%j}"


def _shown(key: str) -> dict[str, object]:
    project = finding.project_by_key(key)
    return {
        "project": project,
        "stamp": _stamp(project),
        "lanes": finding.lanes(project),
        "today": clock.now().date(),
    }
