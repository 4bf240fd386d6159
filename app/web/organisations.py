"""Organisations: customers' companies, their people and what those asked for."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import contacts
from app.contacts import Organisation, organisations
from app.errors import NotFound
from app.tickets import finding
from app.web import worklist
from app.web.access import allow
from app.web.contact_editing import attempt

blueprint = Blueprint("organisations", __name__)
PEOPLE = 20


def _organisation(public_id: str) -> Organisation:
    found = organisations.by_public_id(public_id)
    if found is None:
        raise NotFound("There is no such organisation.")
    return found


@blueprint.get("/organisations")
@allow("ticket.read")
def index() -> str:
    """Find an organisation."""
    q, page = request.args.get("q", ""), max(1, request.args.get("page", 1, int))
    found = organisations.search(q, page, worklist.PAGE_SIZE)
    return render_template(
        "organisations/index.html", q=q, page=page, found=found, people=organisations.people_of(found.items)
    )


@blueprint.get("/organisations/<public_id>")
@allow("ticket.read")
def show(public_id: str) -> str:
    """Show an organisation, its people and their tickets."""
    organisation = _organisation(public_id)
    page, people_page = (max(1, request.args.get(name, 1, int)) for name in ("page", "people"))
    found = finding.of_organisation(organisation, page, worklist.PAGE_SIZE, agent=current_user)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        people=contacts.search("", people_page, PEOPLE, organisation),
        people_page=people_page,
        found=found,
        page=page,
        rows=worklist.rows_of(found.items),
    )


@blueprint.get("/organisations/new")
@allow("ticket.write")
def new() -> str:
    """Show an empty form."""
    return _form(None, {}, None)


@blueprint.post("/organisations/new")
@allow("ticket.write")
def create() -> Response | tuple[str, int]:
    """Add an organisation."""
    made: list[Organisation] = []
    sent = request.form
    name, notes, vip = sent.get("name", ""), sent.get("notes", ""), "vip" in sent

    def add() -> None:
        organisations.refuse_known(name)
        by = current_user.actor
        made.append(organisations.add_organisation(name, by=by, domains=_domains(), notes=notes, vip=vip))

    return _answer(None, add, "Added.", lambda: made[0].public_id)


@blueprint.get("/organisations/<public_id>/edit")
@allow("ticket.write")
def edit(public_id: str) -> str:
    """Show what is known, to be changed."""
    return _form(_organisation(public_id), {}, None)


@blueprint.post("/organisations/<public_id>/edit")
@allow("ticket.write")
def save(public_id: str) -> Response | tuple[str, int]:
    """Keep what was changed."""
    organisation, sent = _organisation(public_id), request.form
    name, notes, vip = sent.get("name", ""), sent.get("notes", ""), "vip" in sent

    def change() -> None:
        by = current_user.actor
        organisations.edit(organisation, name=name, domains=_domains(), notes=notes, vip=vip, by=by)

    return _answer(organisation, change, "Saved.", lambda: public_id)


def _domains() -> list[str]:
    return request.form.get("domains", "").replace(",", "\n").splitlines()


def _answer(
    organisation: Organisation | None, act: Callable[[], None], said: str, public_id: Callable[[], str]
) -> Response | tuple[str, int]:
    wrong, owner = attempt(act)
    if wrong:
        return _form(organisation, wrong, owner), 422
    flash(said)
    return redirect(url_for("web.organisations.show", public_id=public_id()), 303)


def _form(organisation: Organisation | None, wrong: dict[str, str], owner: str | None) -> str:
    other = organisations.by_public_id(owner) if owner else None
    return render_template("organisations/edit.html", organisation=organisation, wrong=wrong, owner=other)
