"""Light, dark, or as the system says: a cookie, so that the first paint is right and no script is needed."""

from flask import Blueprint, Response, make_response, redirect, request

from app.config import settings
from app.web.access import PUBLIC, allow
from app.web.addresses import own

blueprint = Blueprint("theme", __name__)
THEMES = ("system", "light", "dark")
YEAR = 365 * 24 * 3600


@blueprint.app_context_processor
def chosen() -> dict[str, str]:
    """Tell every template which theme the reader chose."""
    theme = request.cookies.get("theme", "system")
    return {"theme": theme if theme in THEMES else "system"}


@blueprint.post("/theme")
@allow(PUBLIC)
def choose() -> Response:
    """Remember the theme and go back."""
    theme = request.form.get("theme", "system")
    answer = make_response(redirect(own(request.form.get("next")), 303))
    https = settings().public_url.startswith("https://")
    answer.set_cookie("theme", theme if theme in THEMES else "system", YEAR, samesite="Lax", secure=https)
    return answer
