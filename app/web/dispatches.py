"""The dispatch log: which rule or strategy sent which ticket where, among whom, and why."""

from flask import Blueprint, render_template, request
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app import departments, people
from app.paging import paginate
from app.routing import Dispatch
from app.tickets.ticket import Ticket
from app.web.access import allow

blueprint = Blueprint("dispatches", __name__)
PAGE_SIZE = 50
FILTERS = ("ticket", "department", "agent", "rule", "outcome")


@blueprint.get("/dispatches")
@allow("ticket.read")
def index() -> str:
    """List decisions, newest first, narrowed by filters."""
    wanted = {name: request.args.get(name, "").strip()[:120] for name in FILTERS}
    page = max(1, request.args.get("page", 1, int))
    return render_template(
        "dispatches/index.html",
        found=paginate(_query(wanted), page, PAGE_SIZE),
        wanted=wanted,
        page=page,
        departments=departments.all_departments(),
        agents=people.all_agents(active=False),
    )


def _query(wanted: dict[str, str]) -> Select[Dispatch]:
    query = select(Dispatch).options(joinedload(Dispatch.ticket)).order_by(Dispatch.id.desc())
    if wanted["ticket"]:
        numbers = select(Ticket.id).where(Ticket.number == wanted["ticket"].upper())
        query = query.where(Dispatch.ticket_id.in_(numbers))
    if wanted["department"]:
        at = select(departments.Department.id).where(departments.Department.key == wanted["department"])
        query = query.where(Dispatch.ticket_id.in_(select(Ticket.id).where(Ticket.department_id.in_(at))))
    if wanted["agent"]:
        agent = people.by_public_id(wanted["agent"])
        query = query.where(Dispatch.chosen == (agent.actor if agent else "nobody"))
    if wanted["rule"]:
        query = query.where(Dispatch.rule.icontains(wanted["rule"], autoescape=True))
    if wanted["outcome"] == "nobody":
        query = query.where(Dispatch.chosen == "")
    return query
