"""Whether and when customers are asked for stars, and what follows."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app import csat
from app.web.access import allow
from app.web.settings.page import Page, answer, set_options

blueprint = Blueprint("ratings", __name__)
PAGE = Page("Tickets", "Ratings", "web.settings.ratings.show", "star", "When customers are asked how it went")
OPTIONS = (csat.ASK, csat.AFTER_HOURS, csat.REMIND_DAYS, csat.LOW, csat.CHANGE_HOURS, csat.THANK)
# bi-star


@blueprint.get("/ratings")
@allow("settings.read")
def show() -> str:
    """Show how ratings are asked for."""
    return _page({})


@blueprint.post("/ratings")
@allow("settings.write")
def save() -> Response | tuple[str, int]:
    """Set it."""
    return answer(set_options(*OPTIONS), _page, url_for("web.settings.ratings.show"))


def _page(wrong: dict[str, str]) -> str:
    return render_template("settings/ratings.html", options={one.field: one.get() for one in OPTIONS}, wrong=wrong)
