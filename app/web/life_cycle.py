"""What somebody does with a ticket besides answering it: its stage, fields, links, merging and splitting."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import merging, relay, sight
from app.db import db
from app.errors import Invalid, NotFound, Trouble
from app.tickets import by_hand, fields, finding, linking, splitting
from app.tickets.merging import changeable
from app.tickets.messages import Message
from app.tickets.ticket import OPEN_STATUSES, Ticket
from app.web import ticket_board, ticket_page
from app.web.access import allow

blueprint = Blueprint("life_cycle", __name__)
FOUND = 8


def changed(ticket: Ticket) -> Response | str:
    """Commit and show the ticket, or only its moving parts where the page asked for them."""
    relay.commit()
    if request.headers.get("HX-Request"):
        page = ticket_page.gather(ticket)
        return render_template("tickets/live.html", page=page, ticket=ticket, **ticket_page.choices())
    return to(ticket)


def to(ticket: Ticket) -> Response:
    """Lead to the page of a ticket."""
    return redirect(url_for("web.tickets.show", number=ticket.number), 303)


@blueprint.post("/tickets/<number>/stage")
@allow("ticket.write")
def set_stage(number: str) -> Response | str:
    """Move it to a stage of the board, from its page or from the board itself."""
    ticket, sent = changeable(finding.by_number(number)), request.form
    by_hand.set_stage(ticket, sent.get("stage", ""), by=current_user.actor, reason=sent.get("reason", "").strip())
    if "board" not in sent:
        return changed(ticket)
    relay.commit()
    view = sent.get("board", "")
    if request.headers.get("HX-Request"):
        return render_template("board/columns.html", board=ticket_board.board(current_user, view))
    return redirect(url_for("web.ticket_board.show", view=view), 303)


@blueprint.post("/tickets/<number>/custom")
@allow("ticket.write")
def set_custom(number: str) -> Response | str:
    """Fill in the desk's own fields."""
    ticket = changeable(finding.by_number(number))
    asked = {field.key for field in fields.fields_of(ticket.category)}
    sent = {key: request.form[f"custom.{key}"] for key in asked if f"custom.{key}" in request.form}
    fields.set_custom(ticket, sent, by=current_user.actor)
    return changed(ticket)


@blueprint.post("/tickets/<number>/links")
@allow("ticket.write")
def add_link(number: str) -> Response | str:
    """Link it to another ticket."""
    ticket, sent = finding.by_number(number), request.form
    linking.link(ticket, _other(sent.get("other", ""), "other"), sent.get("kind", "related"), by=current_user.actor)
    return changed(ticket)


@blueprint.post("/tickets/<number>/links/<public_id>/removal")
@allow("ticket.write")
def remove_link(number: str, public_id: str) -> Response | str:
    """Take a link away."""
    ticket = finding.by_number(number)
    linking.unlink(ticket, public_id, by=current_user.actor)
    return changed(ticket)


@blueprint.get("/tickets/<number>/merge")
@allow("ticket.write")
def choose_target(number: str) -> str:
    """Look for the ticket to merge into, and show what would come of it."""
    return _merge_page(finding.by_number(number), request.args.get("into", ""), {})


@blueprint.post("/tickets/<number>/merge")
@allow("ticket.write")
def merge(number: str) -> Response | tuple[str, int]:
    """Merge it; what stands in the way is said on the same page."""
    source, into, reason = finding.by_number(number), request.form.get("into", ""), request.form.get("reason", "")
    try:
        target = _other(into, "into")
        merging.merge(source, target, by=current_user.actor, reason=reason.strip())
        relay.commit()
    except Trouble as error:
        db.session.rollback()
        return _merge_page(finding.by_number(number), into, {"": error.detail}), error.status
    flash(f"{source.number} is part of this ticket now.")
    return to(target)


@blueprint.post("/tickets/<number>/unmerge")
@allow("ticket.write")
def unmerge(number: str) -> Response:
    """Take it out again, as it was."""
    source = finding.by_number(number)
    merging.unmerge(source, by=current_user.actor, reason=request.form.get("reason", "").strip())
    relay.commit()
    flash(f"{source.number} is itself again and goes on where it stood.")
    return to(source)


def _merge_page(source: Ticket, into: str, wrong: dict[str, str]) -> str:
    q, target = request.args.get("q", "").strip(), None
    if into:
        try:
            target = _other(into, "into")
        except Invalid as error:
            wrong = wrong or {"": error.detail}
    if target is None and not q:
        found = list(finding.of_contact(source.contact, page_size=FOUND * 2, agent=current_user).items)
    else:
        found = finding.search(q, "open", page_size=FOUND * 2, agent=current_user).items if target is None else []
    offered = [one for one in found if one.id != source.id and one.status in OPEN_STATUSES][:FOUND]
    return render_template("tickets/merge.html", source=source, target=target, q=q, offered=offered, wrong=wrong)


@blueprint.get("/messages/<public_id>/split")
@allow("ticket.write")
def ask_for_split(public_id: str) -> str:
    """Show the message that would become a ticket."""
    message = _message(public_id)
    return render_template("tickets/split.html", message=message, ticket=finding.by_id(message.ticket_id))


@blueprint.post("/messages/<public_id>/split")
@allow("ticket.write")
def split(public_id: str) -> Response:
    """Make the message a ticket of its own."""
    message = _message(public_id)
    ticket = splitting.split(message, by=current_user.actor, subject=request.form.get("subject", ""))
    relay.commit()
    flash("This message is a ticket of its own now.")
    return to(ticket)


def _message(public_id: str) -> Message:
    found = db.session.scalar(select(Message).where(Message.public_id == public_id))
    if found is None:
        raise NotFound("There is no such message.")
    return found


def _other(number: str, field: str) -> Ticket:
    try:
        return sight.ticket(current_user, number)
    except NotFound:
        said = f"There is no ticket {number}." if number else "Say which ticket."
        raise Invalid(said, {field: "is unknown"}) from None
