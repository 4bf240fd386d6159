"""What customers read when their card is done."""

from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.notify.delivery import DELIVERED, PLACES, all_delivered
from app.web.access import allow
from app.web.settings.page import Page, answer, changed_by

blueprint = Blueprint("delivered", __name__)
PAGE = Page(
    "Mail", "Work delivered", "web.settings.delivered.show", "check2-circle", "What customers read when it is done"
)
# bi-check2-circle


@blueprint.get("/delivered")
@allow("settings.read")
def show() -> str:
    """Show the texts."""
    return _page({})


@blueprint.post("/delivered")
@allow("settings.write")
def save() -> Response | tuple[str, int]:
    """Set them."""
    sent, by = request.form, current_user.actor
    acts = {one.field: partial(one.set, sent.get(one.field, ""), by=by) for one in DELIVERED.values()}
    return answer(changed_by(acts), _page, url_for("web.settings.delivered.show"))


def _page(wrong: dict[str, str]) -> str:
    return render_template(
        "settings/delivered.html", texts=DELIVERED, usual=all_delivered(), places=PLACES, wrong=wrong
    )
