"""One ticket: what does this person need? And opening one by hand."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app import intake
from app.db import db
from app.errors import Invalid
from app.tickets import fields, finding
from app.tickets.ticket import CHANNELS, Ticket
from app.tickets.visible import sees
from app.web import ticket_page, uploads
from app.web.access import allow
from app.web.submissions import nonce, once

blueprint = Blueprint("tickets", __name__)
blueprint.add_app_template_global(nonce)
BY_HAND = [channel for channel in CHANNELS if channel not in {"email", "api"}]


@blueprint.get("/tickets/<number>")
@allow("ticket.read")
def show(number: str) -> str:
    """Show a ticket."""
    return render_template("tickets/show.html", **_shown(number))


@blueprint.get("/tickets/<number>/live")
@allow("ticket.read")
def live(number: str) -> Response | str:
    """Send the moving parts again when anything happened since; 204 when nothing did."""
    ticket = finding.by_number(number)
    if request.args.get("since") == ticket_page.stamp(ticket):
        return make_response("", 204)
    return render_template("tickets/live.html", **_shown(number))


def _shown(number: str) -> dict[str, object]:
    page = ticket_page.gather(finding.by_number(number), everything="all" in request.args)
    return {"page": page, "ticket": page.ticket, **ticket_page.choices()}


@blueprint.get("/tickets/new")
@allow("ticket.write")
def new() -> str:
    """Show the form for a request that came by phone or in person."""
    return _form({}, {})


def _form(values: dict[str, str], problems: dict[str, str]) -> str:
    return render_template(
        "tickets/new.html",
        values=values,
        problems=problems,
        channels=BY_HAND,
        own_fields=[field for field in fields.all_fields() if not field.archived],
        **ticket_page.choices(),
    )


@blueprint.post("/tickets/new")
@allow("ticket.write")
def create() -> AnyResponse:
    """Open the ticket; a second click of the same form leads to the first one's ticket."""
    values = {name: value.strip() for name, value in request.form.items()}
    try:
        problems = _missing(values)
        if problems:
            raise Invalid("Part of the form is empty.", problems)
        ticket = once(Ticket, values.get("nonce", ""), lambda: _open(values))
    except Invalid as error:
        db.session.rollback()
        return make_response(_form(values, error.fields or {"subject": error.detail}), 422)
    if not sees(current_user, ticket):
        flash(f"{ticket.number} is open, with {ticket.department.name}, where you are no member.")
        return redirect(url_for("web.work.index"), 303)
    return redirect(url_for("web.tickets.show", number=ticket.number), 303)


def _custom(values: dict[str, str]) -> dict[str, str]:
    asked = fields.fields_of(values.get("category") or None)
    return {one.key: found for one in asked if (found := values.get(f"custom.{one.key}"))}


def _missing(values: dict[str, str]) -> dict[str, str]:
    needed = {
        "email": "Say whom the answer goes to.",
        "subject": "Say in a few words what it is about.",
        "body": "Say what they need.",
    }
    return {name: why for name, why in needed.items() if not values.get(name)}


def _open(values: dict[str, str]) -> Ticket:
    return intake.open_request(
        subject=values["subject"],
        body=values["body"],
        email=values["email"],
        name=values.get("name", ""),
        by=current_user.actor,
        channel=values.get("channel") or "phone",
        department=values.get("department") or None,
        priority=values.get("priority") or None,
        category=values.get("category") or None,
        custom=_custom(values),
        attachments=uploads.files(),
        segment=values.get("segment", ""),
    )
