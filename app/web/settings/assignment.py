"""How each department gives its tickets away."""

from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import departments, routing
from app.options import flag
from app.routing.options import TRANSFER_REASON
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt, set_options

blueprint = Blueprint("assignment", __name__)
PAGE = Page(
    "Routing", "Assignment", "web.settings.assignment.show", "person-check", "Who gets the next ticket of a department"
)
# bi-person-check


@blueprint.get("/assignment")
@allow("settings.read")
def show() -> str:
    """Show every department."""
    return _page({})


@blueprint.post("/assignment/<key>")
@allow("settings.write")
def save(key: str) -> Response | tuple[str, int]:
    """Set the strategy of one department."""
    department, sent = departments.by_key(key), request.form
    act = partial(
        routing.set_way,
        department,
        sent.get("strategy", ""),
        prefers_agent=flag(sent.get("prefers_agent", "")),
        vip_to_senior=flag(sent.get("vip_to_senior", "")),
        by=current_user.actor,
    )
    return answer(
        attempt(act), _page, url_for("web.settings.assignment.show") + f"#{key}", f"{department.name} is set."
    )


@blueprint.post("/assignment")
@allow("settings.write")
def save_transfers() -> Response | tuple[str, int]:
    """Set whether passing on asks for a reason."""
    return answer(set_options(TRANSFER_REASON), _page, url_for("web.settings.assignment.show"))


def _page(wrong: dict[str, str]) -> str:
    return render_template(
        "settings/assignment.html",
        departments=departments.all_departments(),
        strategies=routing.STRATEGIES,
        transfer_reason=TRANSFER_REASON.get(),
        wrong=wrong,
    )
