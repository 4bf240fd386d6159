"""What an agent sets on a ticket by hand; each change is a sub-resource, and the drawing decides what follows."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import departments, people, relay, routing
from app.errors import Invalid
from app.tickets import by_hand, category, finding, priority, tagging
from app.tickets.merging import changeable
from app.tickets.ticket import Ticket
from app.tickets.visible import sees
from app.web import ticket_page
from app.web.access import allow

blueprint = Blueprint("ticket_changes", __name__, url_prefix="/tickets/<number>")


@blueprint.before_request
def _stays_as_it_is() -> None:
    """Refuse what would change a merged ticket."""
    changeable(finding.by_number((request.view_args or {})["number"]))


def _done(ticket: Ticket) -> Response | str:
    relay.commit()
    if not sees(current_user, ticket):
        return _out_of_sight(ticket)
    if request.headers.get("HX-Request"):
        page = ticket_page.gather(ticket)
        return render_template("tickets/live.html", page=page, ticket=ticket, **ticket_page.choices())
    return redirect(url_for("web.tickets.show", number=ticket.number), 303)


def _out_of_sight(ticket: Ticket) -> Response:
    flash(f"{ticket.number} is with {ticket.department.name} now, where you are no member.")
    work = url_for("web.work.index")
    if request.headers.get("HX-Request"):
        answer = make_response("", 204)
        answer.headers["HX-Redirect"] = work
        return answer
    return redirect(work, 303)


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
    routing.to_agent(ticket, agent, by=current_user.actor, reason=request.form.get("reason", "").strip())
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
    routing.to_department(ticket, department, by=current_user.actor, reason=request.form.get("reason", "").strip())
    return _done(ticket)


@blueprint.post("/category")
@allow("ticket.write")
def set_category(number: str) -> Response | str:
    """Say what it is about."""
    ticket = finding.by_number(number)
    category.set_category(ticket, request.form.get("category", ""), by=current_user.actor)
    return _done(ticket)


@blueprint.post("/type")
@allow("ticket.write")
def set_type(number: str) -> Response | str:
    """Say what kind of request it is."""
    ticket = finding.by_number(number)
    category.set_type(ticket, request.form.get("type", ""), by=current_user.actor)
    return _done(ticket)


@blueprint.post("/product")
@allow("ticket.write")
def set_product(number: str) -> Response | str:
    """Say which product it is about."""
    ticket = finding.by_number(number)
    category.set_product(ticket, request.form.get("product", ""), by=current_user.actor)
    return _done(ticket)


@blueprint.post("/tags")
@allow("ticket.write")
def set_tags(number: str) -> Response | str:
    """Set its tags, separated by commas."""
    ticket = finding.by_number(number)
    tagging.set_tags(ticket, request.form.get("tags", "").split(","), by=current_user.actor)
    return _done(ticket)
