"""My work: what do I do next?"""

from flask import Blueprint, Response, make_response, render_template, request
from flask_login import current_user

from app import departments
from app.config import settings
from app.tickets import finding
from app.tickets.visible import sees_all
from app.web import work_order, worklist
from app.web.access import allow

blueprint = Blueprint("work", __name__)


@blueprint.app_template_global()
def own_count() -> int:
    """Return how many open tickets the reader holds, for the navigation."""
    return work_order.count(current_user, "mine")


@blueprint.get("/")
@allow("ticket.read")
def index() -> str:
    """Show the list, or what a search found."""
    return render_template("work/index.html", **_shown())


@blueprint.get("/live")
@allow("ticket.read")
def live() -> Response | str:
    """Send the list again when anything happened since; 204 when nothing did."""
    if request.args.get("since") == worklist.stamp():
        return make_response("", 204)
    return render_template("work/live.html", **_shown())


def _shown() -> dict[str, object]:
    q, view = request.args.get("q", "").strip(), request.args.get("view", "mine")
    page = max(1, request.args.get("page", 1, int))
    listed = worklist.worklist(current_user, view, page)
    if not q:
        return {"work": listed, "q": "", "found": None, **({} if listed.rows else _how_to_write())}
    hits = finding.search(q, "all", page, worklist.PAGE_SIZE, agent=current_user)
    return {"work": listed, "q": q, "found": hits, "rows": worklist.rows_of(hits.items)}


def _how_to_write() -> dict[str, object]:
    desk = departments.default()
    address = desk.addresses[0].email if desk.addresses else ""
    placed = sees_all(current_user) or departments.ids_of(current_user)
    return {"mail_address": address, "mail_port": settings().smtp_listen.rpartition(":")[2], "nowhere": not placed}
