"""Who somebody is, and every request they ever raised."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import contacts, merges, relay
from app.contacts import Contact, twins
from app.errors import NotFound
from app.tickets import finding
from app.web import csv_export, worklist
from app.web.access import allow

blueprint = Blueprint("contacts", __name__)
EXPORTED = 10_000


def contact_of(public_id: str) -> Contact:
    """Return the contact an address names; raise NotFound."""
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


@blueprint.get("/contacts.csv")
@allow("ticket.read")
def export() -> Response:
    """Hand out what the list shows, up to 10,000 people, as CSV."""
    q, page = request.args.get("q", ""), 1
    rows: list[tuple[str, ...]] = []
    while page and len(rows) < EXPORTED:
        found = contacts.search(q, page, 200)
        rows += [_exported(one) for one in found.items]
        page = found.next or 0
    titles = ("Name", "Addresses", "Organisation", "VIP", "Language", "Product", "Since")
    return csv_export.download("contacts.csv", titles, rows)


def _exported(contact: Contact) -> tuple[str, ...]:
    return (
        contact.name,
        "; ".join(one.email for one in contact.emails),
        contact.organisation.name if contact.organisation else "",
        "yes" if contact.goes_first else "no",
        contact.language,
        contact.product,
        contact.created_at.isoformat(timespec="seconds"),
    )


@blueprint.get("/contacts/<public_id>")
@allow("ticket.read")
def show(public_id: str) -> str | Response:
    """Show a contact; who was merged into another one is shown there."""
    contact, page = contact_of(public_id), max(1, request.args.get("page", 1, int))
    if contact.merged_into is not None:
        return redirect(url_for("web.contacts.show", public_id=contacts.current(contact).public_id), 302)
    found = finding.of_contact(contact, page, worklist.PAGE_SIZE, agent=current_user)
    merged = [(row, merges.objections(row)) for row in merges.of_contact(contact) if row.undone_at is None]
    return render_template(
        "contacts/show.html",
        contact=contact,
        found=found,
        page=page,
        rows=worklist.rows_of(found.items),
        twins=twins.twins(contact),
        merged=merged,
    )


@blueprint.post("/contacts/<public_id>/vip")
@allow("ticket.write")
def set_vip(public_id: str) -> Response:
    """Mark somebody as one who goes first, or no longer."""
    contact = contact_of(public_id)
    contacts.set_vip(contact, request.form.get("vip") == "1", by=current_user.actor)
    relay.commit()
    return redirect(url_for("web.contacts.show", public_id=public_id), 303)
