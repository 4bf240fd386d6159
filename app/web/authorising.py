"""Whose change requests go straight to a board."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import contacts, relay
from app.errors import NotFound
from app.web.access import allow

blueprint = Blueprint("authorising", __name__)


@blueprint.post("/contacts/<public_id>/change-requests")
@allow("ticket.write")
def authorise(public_id: str) -> Response:
    """Let a contact raise change requests, or no longer."""
    contact = contacts.by_public_id(public_id)
    if contact is None:
        raise NotFound("There is no such contact.")
    may = request.form.get("allowed") == "1"
    if contacts.authorise(contact, may, by=current_user.actor, reason=request.form.get("reason", "").strip()):
        relay.commit()
        flash("May raise change requests now." if may else "May no longer raise change requests.")
    return redirect(url_for("web.contacts.show", public_id=public_id), 303)
