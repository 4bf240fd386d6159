"""Merging two contacts who are one person, and undoing it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import contacts, merges, relay
from app.contacts import twins
from app.web.access import allow
from app.web.contact_editing import attempt
from app.web.contacts import contact_of

blueprint = Blueprint("contact_merging", __name__)
FOUND = 10


@blueprint.get("/contacts/<public_id>/merge")
@allow("ticket.write")
def choose(public_id: str) -> str:
    """Choose into whom, and see what would move."""
    return _page(public_id, request.args.get("into", ""), request.args.get("q", ""), {})


@blueprint.post("/contacts/<public_id>/merge")
@allow("ticket.write")
def merge(public_id: str) -> Response | tuple[str, int]:
    """Merge a contact into another."""
    into, reason = request.form.get("into", ""), request.form.get("reason", "")
    source, target = contact_of(public_id), contact_of(into)
    wrong, _ = attempt(lambda: merges.merge(source, target, by=current_user.actor, reason=reason))
    if wrong:
        return _page(public_id, into, "", wrong), 422
    flash("Merged. It can be undone here.")
    return redirect(url_for("web.contacts.show", public_id=into), 303)


@blueprint.post("/merges/<public_id>/undoing")
@allow("ticket.write")
def undo(public_id: str) -> Response:
    """Give a merged contact back what was theirs."""
    row = merges.by_public_id(public_id)
    source = row.source.public_id
    merges.undo(row, by=current_user.actor, reason=request.form.get("reason", ""))
    relay.commit()
    flash("Undone: they are two again.")
    return redirect(url_for("web.contacts.show", public_id=source), 303)


def _page(public_id: str, into: str, q: str, wrong: dict[str, str]) -> str:
    source = contact_of(public_id)
    target = contact_of(into) if into else None
    preview = merges.preview(source, target) if target is not None and not wrong else None
    found = [one for one in contacts.search(q, 1, FOUND + 1).items if one is not source][:FOUND] if q else []
    return render_template(
        "contacts/merge.html",
        source=source,
        target=target,
        preview=preview,
        q=q,
        found=found,
        twins=twins.twins(source) if target is None else [],
        wrong=wrong,
    )
