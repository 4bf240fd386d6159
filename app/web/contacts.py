"""Who somebody is, and every request they ever raised."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import contacts, relay
from app.contacts.contact import Contact
from app.errors import NotFound
from app.tickets import finding
from app.web import worklist
from app.web.access import allow

blueprint = Blueprint("contacts", __name__)


def _contact(public_id: str) -> Contact:
    found = contacts.by_public_id(public_id)
    if found is None:
        raise NotFound("There is no such contact.")
    return found


@blueprint.get("/contacts")
@allow("ticket.read")
def index() -> str:
    """Find somebody."""
    q, page = request.args.get("q", ""), max(1, request.args.get("page", 1, int))
    return render_template("contacts/index.html", q=q, page=page, found=contacts.search(q, page, worklist.PAGE_SIZE))


@blueprint.get("/contacts/<public_id>")
@allow("ticket.read")
def show(public_id: str) -> str:
    """Show a contact."""
    contact, page = _contact(public_id), max(1, request.args.get("page", 1, int))
    found = finding.of_contact(contact, page, worklist.PAGE_SIZE, agent=current_user)
    return render_template(
        "contacts/show.html", contact=contact, found=found, page=page, rows=worklist.rows_of(found.items)
    )


@blueprint.post("/contacts/<public_id>/vip")
@allow("ticket.write")
def set_vip(public_id: str) -> Response:
    """Mark somebody as one who goes first, or no longer."""
    contact = _contact(public_id)
    contacts.set_vip(contact, request.form.get("vip") == "1", by=current_user.actor)
    relay.commit()
    return redirect(url_for("web.contacts.show", public_id=public_id), 303)
