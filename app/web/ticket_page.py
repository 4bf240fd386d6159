"""Everything the page of one ticket shows, read in a bounded number of queries."""

from dataclasses import dataclass, field
from typing import Any

from flask_login import current_user
from sqlalchemy import func, select

from app import csat, engine, people, routing, sla, tasks
from app.csat import Survey
from app.db import db
from app.departments import all_departments
from app.engine.models import Instance, Step, UserTask
from app.events import Event
from app.people import permissions
from app.reply import FORM as REPLY
from app.tickets import category, conversation, dictionary, proposals
from app.tickets.messages import Draft, Message, Proposal
from app.tickets.ticket import Ticket
from app.tickets.visible import seen_by
from app.web import ticket_life
from app.web.process_line import Line, line
from app.web.ticket_life import Life

RECENT = 60
PREVIOUS = 6


@dataclass(frozen=True)
class Form:
    """An open task with its form filled in."""

    task: UserTask
    title: str
    schema: dict[str, Any]
    ui: dict[str, Any]
    data: dict[str, Any]


@dataclass
class Page:
    """`stamp` changes with anything that happens to the ticket; `earlier` counts messages not shown."""

    ticket: Ticket
    stamp: str
    messages: list[Message]
    earlier: int
    clocks: list[dict[str, Any]]
    line: Line | None
    forms: list[Form]
    reply_task: UserTask | None
    previous: list[Ticket]
    dispatches: list[Any]
    instances: list[Instance]
    proposal: Proposal | None
    summary: Proposal | None
    survey: Survey | None
    life: Life
    drafts: dict[str, str] = field(default_factory=dict)


def gather(ticket: Ticket, everything: bool = False) -> Page:
    """Read the page of a ticket; all of its messages only on request."""
    instances = engine.instances_of(ticket.key)
    messages = conversation.conversation(ticket)
    shown = messages if everything else messages[-RECENT:]
    offered = engine.open_tasks(ticket.key, lanes=permissions.lanes(current_user))
    return Page(
        ticket=ticket,
        stamp=stamp(ticket, instances),
        messages=shown,
        earlier=len(messages) - len(shown),
        clocks=[sla.view(found) for found in sla.clocks_of(ticket)],
        line=line(instances),
        forms=[form_of(task) for task in offered if task.form and task.form != REPLY],
        reply_task=next((task for task in offered if task.form == REPLY), None),
        previous=_previous(ticket),
        dispatches=routing.dispatches(ticket)[-3:],
        instances=instances,
        proposal=proposals.latest(ticket, "reply"),
        summary=proposals.latest(ticket, "summary"),
        survey=csat.latest(ticket),
        life=ticket_life.gather(ticket),
        drafts=_drafts(ticket),
    )


def stamp(ticket: Ticket, instances: list[Instance] | None = None) -> str:
    """Return what changes whenever something happens to the ticket or one of its processes."""
    known = engine.instances_of(ticket.key) if instances is None else instances
    event = select(func.max(Event.id)).where(Event.ticket_id == ticket.id).scalar_subquery()
    step = select(func.max(Step.id)).where(Step.instance_id.in_([i.id for i in known])).scalar_subquery()
    newest = db.session.execute(select(event, step)).one()
    return "-".join(str(part or 0) for part in newest)


def form_of(task: UserTask) -> Form:
    """Return a task's form, filled with what is known."""
    form = tasks.form_of(task)
    title = engine.form(task.form).get("title", task.name)
    return Form(task, title, form["schema"], form["ui"], form["data"])


def choices() -> dict[str, Any]:
    """Return the agents, departments and categories a ticket may be given."""
    return {
        "agents": people.all_agents(),
        "departments": all_departments(),
        "categories": category.all_categories(),
        "types": dictionary.entries("type"),
        "products": dictionary.entries("product"),
        "known_tags": dictionary.entries("tag", archived=False),
    }


def _previous(ticket: Ticket) -> list[Ticket]:
    theirs = (Ticket.contact_id == ticket.contact_id, Ticket.id != ticket.id)
    query = select(Ticket).where(*theirs, seen_by(current_user))
    return list(db.session.scalars(query.order_by(Ticket.id.desc()).limit(PREVIOUS)))


def _drafts(ticket: Ticket) -> dict[str, str]:
    own = select(Draft).where(Draft.ticket_id == ticket.id, Draft.agent_id == current_user.id)
    return {draft.kind: draft.body for draft in db.session.scalars(own)}
