"""Away and back, said by everybody for themselves."""

from flask import Blueprint, flash, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app import people, relay
from app.web.access import allow
from app.web.addresses import own

blueprint = Blueprint("own_absence", __name__)


@blueprint.post("/absence")
@allow("absence.write")
def say() -> Response:
    """Say that the reader is away from now on, or back."""
    away = request.form.get("away") == "1"
    people.set_absent(current_user, away, by=current_user.actor)
    relay.commit()
    flash("You are away: nothing is given to you by turns until you are back." if away else "Welcome back.")
    return redirect(own(request.form.get("next")), 303)
