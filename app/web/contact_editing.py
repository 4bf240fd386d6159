"""Making and changing contacts by hand."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import contacts, people, relay
from app.contacts import Contact, Organisation, identities, organisations
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.text import one_line
from app.web.access import allow
from app.web.contacts import contact_of

blueprint = Blueprint("contact_editing", __name__)
TEXTS = ("name", "product", "notes", "language", "preferred_agent")


@blueprint.get("/contacts/new")
@allow("ticket.write")
def new() -> str:
    """Show an empty form."""
    return _form(None, {}, None)


@blueprint.post("/contacts/new")
@allow("ticket.write")
def create() -> Response | tuple[str, int]:
    """Make a contact."""
    made: list[Contact] = []

    def make() -> None:
        fields = _fields()
        name, emails = fields.pop("name"), _lines("email")
        made.append(contacts.add(name, emails=emails, phones=_lines("phone"), fields=fields, by=current_user.actor))

    wrong, owner = attempt(make)
    if wrong:
        return _form(None, wrong, owner), 422
    flash("Added.")
    return redirect(url_for("web.contacts.show", public_id=made[0].public_id), 303)


@blueprint.get("/contacts/<public_id>/edit")
@allow("ticket.write")
def edit(public_id: str) -> str:
    """Show what is known, to be changed."""
    return _form(contact_of(public_id), {}, None)


@blueprint.post("/contacts/<public_id>/edit")
@allow("ticket.write")
def save(public_id: str) -> Response | tuple[str, int]:
    """Keep what was changed."""
    return _changing(public_id, "Saved.", lambda contact: contacts.edit(contact, _fields(), by=current_user.actor))


@blueprint.post("/contacts/<public_id>/addresses")
@allow("ticket.write")
def add_address(public_id: str) -> Response | tuple[str, int]:
    """Add an address."""
    email, by = request.form.get("email", ""), current_user.actor
    return _changing(public_id, "Address added.", lambda contact: identities.add_address(contact, email, by=by))


@blueprint.post("/contacts/<public_id>/addresses/removal")
@allow("ticket.write")
def remove_address(public_id: str) -> Response | tuple[str, int]:
    """Take an address away."""
    email, by = request.form.get("address", ""), current_user.actor
    return _changing(public_id, "Address removed.", lambda contact: identities.remove_address(contact, email, by=by))


@blueprint.post("/contacts/<public_id>/phones")
@allow("ticket.write")
def add_phone(public_id: str) -> Response | tuple[str, int]:
    """Add a phone."""
    phone, by = request.form.get("phone", ""), current_user.actor
    return _changing(public_id, "Phone added.", lambda contact: identities.add_phone(contact, phone, by=by))


@blueprint.post("/contacts/<public_id>/phones/removal")
@allow("ticket.write")
def remove_phone(public_id: str) -> Response | tuple[str, int]:
    """Take a phone away."""
    phone, by = request.form.get("known", ""), current_user.actor
    return _changing(public_id, "Phone removed.", lambda contact: identities.remove_phone(contact, phone, by=by))


@blueprint.post("/contacts/<public_id>/links")
@allow("ticket.write")
def add_link(public_id: str) -> Response | tuple[str, int]:
    """Say which record of a CRM somebody is."""
    sent = request.form
    system, external_id, url = (sent.get(field, "") for field in ("system", "external_id", "url"))

    def link(contact: Contact) -> object:
        return identities.link(contact, system, external_id, url, by=current_user.actor)

    return _changing(public_id, "Linked.", link)


@blueprint.post("/contacts/<public_id>/links/removal")
@allow("ticket.write")
def remove_link(public_id: str) -> Response | tuple[str, int]:
    """Take a link to a CRM away."""
    system, external_id = request.form.get("of", ""), request.form.get("record", "")

    def unlink(contact: Contact) -> None:
        identities.unlink(contact, system, external_id, by=current_user.actor)

    return _changing(public_id, "No longer linked.", unlink)


def attempt(act: Callable[[], object]) -> tuple[dict[str, str], str | None]:
    """Make a change and commit it; return what is wrong by field, under "" what no field is to blame for, and who has
    it already."""
    try:
        act()
        relay.commit()
    except (Invalid, Conflict, NotFound) as error:
        db.session.rollback()
        return dict(getattr(error, "fields", None) or {"": error.detail}), error.extra.get("owner")
    return {}, None


def _changing(public_id: str, said: str, act: Callable[[Contact], object]) -> Response | tuple[str, int]:
    contact = contact_of(public_id)
    wrong, owner = attempt(lambda: act(contact))
    if wrong:
        return _form(contact_of(public_id), wrong, owner), 422
    flash(said)
    return redirect(url_for("web.contact_editing.edit", public_id=public_id), 303)


def _fields() -> dict[str, Any]:
    sent = request.form
    fields: dict[str, Any] = {field: sent.get(field, "") for field in TEXTS}
    fields["vip"] = "vip" in sent
    fields["organisation"] = _organisation(sent.get("organisation", ""))
    return fields


def _organisation(name: str) -> Organisation | None:
    if not one_line(name, 200):
        return None
    return organisations.by_name(name) or contacts.add_organisation(name, by=current_user.actor)


def _lines(field: str) -> list[str]:
    return [line for line in request.form.get(field, "").splitlines() if line.strip()]


def _form(contact: Contact | None, wrong: dict[str, str], owner: str | None) -> str:
    return render_template(
        "contacts/edit.html",
        contact=contact,
        wrong=wrong,
        owner=contacts.by_public_id(owner) if owner else None,
        agents=[(agent.email, agent.name) for agent in people.all_agents()],
        systems=identities.systems(),
        known=organisations.search("", 1, 200).items,
    )
