"""What an agent sets on a ticket by hand; each change is a sub-resource, and the drawing decides what follows."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import departments, people, relay
from app.errors import Invalid
from app.tickets import assigning, by_hand, category, finding, moving, priority, tagging
from app.tickets.merging import changeable
from app.tickets.ticket import Ticket
from app.web import ticket_page
from app.web.access import allow

blueprint = Blueprint("ticket_changes", __name__, url_prefix="/tickets/<number>")


@blueprint.before_request
def _stays_as_it_is() -> None:
    """Refuse what would change a merged ticket."""
    changeable(finding.by_number((request.view_args or {})["number"]))


def _done(ticket: Ticket) -> Response | str:
    relay.commit()
    if request.headers.get("HX-Request"):
        page = ticket_page.gather(ticket)
        return render_template("tickets/live.html", page=page, ticket=ticket, **ticket_page.choices())
    return redirect(url_for("web.tickets.show", number=ticket.number), 303)


@blueprint.post("/status")
@allow("ticket.write")
def set_status(number: str) -> Response | str:
    """Set the status; waiting names what for."""
    ticket, sent = finding.by_number(number), request.form
    wanted, _, wait_reason = sent.get("status", "").partition(":")
    by_hand.set_status(
        ticket, wanted, by=current_user.actor, reason=sent.get("reason", "").strip(), wait_reason=wait_reason or None
    )
    return _done(ticket)


@blueprint.post("/assignment")
@allow("ticket.write")
def set_assignment(number: str) -> Response | str:
    """Hand the ticket to an agent, or to nobody."""
    ticket, agent_id = finding.by_number(number), request.form.get("agent", "")
    agent = people.by_public_id(agent_id) if agent_id else None
    if agent_id and agent is None:
        raise Invalid("There is no such agent.", {"agent": "is unknown"})
    assigning.assign(ticket, agent, by=current_user.actor, reason=request.form.get("reason", "").strip())
    return _done(ticket)


@blueprint.post("/priority")
@allow("ticket.write")
def set_priority(number: str) -> Response | str:
    """Set how pressing it is."""
    ticket = finding.by_number(number)
    priority.set_priority(ticket, request.form.get("priority", ""), by=current_user.actor)
    return _done(ticket)


@blueprint.post("/department")
@allow("ticket.write")
def set_department(number: str) -> Response | str:
    """Move it to another desk."""
    ticket, department = finding.by_number(number), departments.by_key(request.form.get("department", ""))
    moving.move(ticket, department, by=current_user.actor, reason=request.form.get("reason", "").strip())
    return _done(ticket)


@blueprint.post("/category")
@allow("ticket.write")
def set_category(number: str) -> Response | str:
    """Say what it is about."""
    ticket = finding.by_number(number)
    category.set_category(ticket, request.form.get("category", ""), by=current_user.actor)
    return _done(ticket)


@blueprint.post("/tags")
@allow("ticket.write")
def set_tags(number: str) -> Response | str:
    """Set its tags, separated by commas."""
    ticket = finding.by_number(number)
    tagging.set_tags(ticket, request.form.get("tags", "").split(","), by=current_user.actor)
    return _done(ticket)
