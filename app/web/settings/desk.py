"""What the desk calls itself and its tickets."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app import desk
from app.web.access import allow
from app.web.settings.page import Page, answer, set_options

blueprint = Blueprint("desk", __name__)
PAGE = Page("Desk", "Name and numbers", "web.settings.desk.show", "shop", "What the desk and its tickets are called")
OPTIONS = (desk.NAME, desk.PREFIX, desk.REOPEN_DAYS)
# bi-shop


@blueprint.get("/desk")
@allow("settings.read")
def show() -> str:
    """Show the names."""
    return _page({})


@blueprint.post("/desk")
@allow("settings.write")
def save() -> Response | tuple[str, int]:
    """Set them."""
    return answer(set_options(*OPTIONS), _page, url_for("web.settings.desk.show"))


def _page(wrong: dict[str, str]) -> str:
    return render_template("settings/desk.html", options={one.field: one.get() for one in OPTIONS}, wrong=wrong)
