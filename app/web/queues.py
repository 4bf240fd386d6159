"""Queues: what nobody holds, by department, and taking from it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import departments, relay, routing
from app.departments import Department
from app.paging import paginate
from app.routing import taking
from app.tickets import finding
from app.web import worklist
from app.web.access import allow

blueprint = Blueprint("queues", __name__)
PAGE_SIZE = 50


@blueprint.get("/queues")
@allow("ticket.read")
def index() -> str:
    """Show the queue that needs somebody most: of the reader's own departments, if they have any."""
    counts, own = taking.counts(), departments.of_agent(current_user)
    known = own or departments.all_departments() or [departments.default()]
    return _page(max(known, key=lambda one: counts.get(one.id, (0, 0))[::-1]), 1)


@blueprint.get("/queues/<key>")
@allow("ticket.read")
def show(key: str) -> str:
    """Show the queue of one department."""
    return _page(departments.by_key(key), max(1, request.args.get("page", 1, int)))


@blueprint.post("/queues/<key>/next")
@allow("ticket.write")
def take_next(key: str) -> Response:
    """Take what is on top."""
    ticket = routing.take_next(departments.by_key(key), current_user, by=current_user.actor)
    relay.commit()
    return redirect(url_for("web.tickets.show", number=ticket.number), 303)


@blueprint.post("/tickets/<number>/taking")
@allow("ticket.write")
def take(number: str) -> Response:
    """Take one ticket, from the queue or, said so, from whoever holds it."""
    ticket = finding.by_number(number)
    routing.take(ticket, current_user, by=current_user.actor, over=request.form.get("over") == "1")
    relay.commit()
    return redirect(url_for("web.tickets.show", number=ticket.number), 303)


def _page(department: Department, page: int) -> str:
    found = paginate(worklist.whole(taking.queue(department)), page, PAGE_SIZE)
    own = {one.id for one in departments.of_agent(current_user)}
    return render_template(
        "queues/show.html",
        department=department,
        departments=sorted(departments.all_departments(), key=lambda one: one.id not in own),
        counts=taking.counts(),
        rows=worklist.rows_of(found.items),
        found=found,
        page=page,
    )
