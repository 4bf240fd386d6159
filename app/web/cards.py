"""One card: what is to be done, for whom, and how far it is."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import cards, clock, contacts, people, relay, sight
from app.cards import Card, editing, finding
from app.db import db
from app.errors import Conflict, Invalid
from app.people import permissions
from app.tickets import finding as tickets
from app.web.access import allow
from app.web.boards import moved, refused
from app.web.settings.page import attempt

blueprint = Blueprint("cards", __name__)


@blueprint.get("/cards/<number>")
@allow("ticket.read")
def show(number: str) -> str:
    """Show a card."""
    return _page(finding.card(number), {})


@blueprint.post("/cards/<number>")
@allow("ticket.write")
def save(number: str) -> Response | tuple[str, int]:
    """Set what it says, who owns it and when it is due."""
    card, sent, by = finding.card(number), request.form, current_user.actor

    def change() -> None:
        owner = people.by_public_id(sent["owner"]) if sent.get("owner") else None
        due = _day(sent.get("due_on", ""))
        editing.write(card, by=by, title=sent.get("title", ""), description=sent.get("description", ""))
        editing.give(card, owner, by=by)
        editing.set_due(card, due, by=by)

    if wrong := attempt(change):
        return _page(finding.card(number), wrong), 422
    flash("Saved.")
    return _back(number)


@blueprint.post("/cards/<number>/column")
@allow("ticket.write")
def move(number: str) -> Response:
    """Put it into a column, in front of another card or at the end; a manager may exceed a limit with a reason."""
    card, sent = finding.card(number), request.form
    key = card.project.key
    reason = sent.get("reason", "") if permissions.may(current_user, "settings.write") else ""
    before = finding.card(sent["before"]) if sent.get("before") else None
    position = sent.get("position", None, int)
    try:
        column = finding.column(sent.get("column", ""))
        cards.move(card, column, by=current_user.actor, before=before, position=position, beyond=reason)
        relay.commit()
    except (Invalid, cards.Full) as error:
        db.session.rollback()
        return refused(error, key)
    return moved(key)


@blueprint.post("/cards/<number>/completion")
@allow("ticket.write")
def complete(number: str) -> Response:
    """Finish it; who waits for it is told."""
    card = finding.card(number)
    told = card.waited_for
    cards.complete(card, by=current_user.actor, answer=request.form.get("answer", ""))
    relay.commit()
    if "X-Board" not in request.headers:
        flash("Done. The customer is told." if told else "Done.")
    return moved(card.project.key)


@blueprint.post("/cards/<number>/cancellation")
@allow("ticket.write")
def cancel(number: str) -> Response:
    """Cancel it; what waits for it goes back to the inbox."""
    card = finding.card(number)
    cards.cancel(card, by=current_user.actor, reason=request.form.get("reason", "").strip())
    relay.commit()
    return moved(card.project.key)


@blueprint.post("/cards/<number>/items")
@allow("ticket.write")
def add_item(number: str) -> Response | tuple[str, int]:
    """Add a line to the checklist."""
    card = finding.card(number)
    return _acted(number, lambda: editing.add_item(card, request.form.get("text", ""), by=current_user.actor))


@blueprint.post("/cards/<number>/items/<item>")
@allow("ticket.write")
def check(number: str, item: str) -> Response | tuple[str, int]:
    """Tick a line, take the tick off, or remove it."""
    card, by, wanted = finding.card(number), current_user.actor, request.form.get("done", "")
    row = finding.item(card, item)
    if wanted == "gone":
        return _acted(number, lambda: editing.drop_item(card, row, by=by))
    return _acted(number, lambda: editing.check(card, row, wanted == "1", by=by))


@blueprint.post("/cards/<number>/tickets")
@allow("ticket.write")
def link(number: str) -> Response | tuple[str, int]:
    """Link a ticket, or take a link away."""
    card, by = finding.card(number), current_user.actor
    ticket = sight.ticket(current_user, request.form.get("ticket", "").strip().upper())
    act = cards.unlink if request.form.get("gone") else cards.link
    return _acted(number, lambda: act(card, ticket, by=by))


@blueprint.post("/cards/<number>/reading")
@allow("ticket.write")
def read(number: str) -> Response | tuple[str, int]:
    """Note that somebody looked at what the customer wrote."""
    card = finding.card(number)
    return _acted(number, lambda: cards.read(card, by=current_user.actor))


@blueprint.post("/tickets/<number>/card")
@allow("ticket.write")
def convert(number: str) -> Response:
    """Let a ticket become a card of a segment, or of a project without one."""
    ticket, path, by = tickets.by_number(number), request.form.get("board", ""), current_user.actor
    segment = finding.segment_at(path) if "/" in path else None
    project = segment.project if segment else finding.project_by_key(path)
    try:
        card = cards.convert(ticket, project, segment=segment, by=by, reason=request.form.get("reason", "").strip())
        relay.commit()
        flash(f"{ticket.number} is now card {card.number}.")
    except Conflict as error:
        db.session.rollback()
        flash(error.detail)
    return redirect(url_for("web.tickets.show", number=number), 303)


@blueprint.get("/segments")
@allow("ticket.write")
def segments() -> str:
    """Offer the segments of the boards for a contact who may raise change requests, and nothing for anybody else."""
    contact = contacts.by_email(request.args.get("email", ""))
    may = contact is not None and contact.may_request_changes
    return render_template("tickets/segments.html", segments=finding.segments() if may else [], values=request.args)


def _acted(number: str, act: object) -> Response | tuple[str, int]:
    if wrong := attempt(act):  # type: ignore[arg-type]
        return _page(finding.card(number), wrong), 422
    return _back(number)


def _back(number: str) -> Response:
    return redirect(url_for("web.cards.show", number=number), 303)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("This is no day.", {"due_on": "must be a day such as 2026-12-24"}) from None


def _page(card: Card, wrong: dict[str, str]) -> str:
    return render_template(
        "boards/card.html",
        card=card,
        project=card.project,
        lanes=finding.lanes(card.project),
        agents=[one for one in people.all_agents() if one.active],
        history=finding.history(card),
        today=clock.now().date(),
        wrong=wrong,
    )


@blueprint.app_template_global()
def ticket_cards(ticket: object) -> dict[str, object]:
    """Return what the page of a ticket shows of boards: its cards, and where it could go."""
    found = finding.cards_of(ticket)  # type: ignore[arg-type]
    return {"linked": found, "projects": finding.projects()}
