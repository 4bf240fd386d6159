"""Tasks as an agent meets them: which are mine, what the form is filled with, and how an answer is taken."""

from typing import Any

from sqlalchemy import bindparam, literal, select, union_all

from app import engine, reply
from app.cards import finding as boards
from app.db import db
from app.departments.department import Department
from app.engine.models import UserTask
from app.errors import Invalid, NotFound
from app.people import permissions
from app.people.agent import Agent
from app.tickets import fields, finding, proposals
from app.tickets.ticket import Category, Ticket

RESOLVE = "resolve"
_DICTIONARIES = {"department": Department.key, "category": Category.key}
_KNOWN = union_all(
    *(select(literal(name), column).where(column == bindparam(name)) for name, column in _DICTIONARIES.items())
)


def mine(agent: Agent) -> list[UserTask]:
    """Return the open tasks this agent holds or was assigned."""
    return engine.open_tasks(assignee=agent.actor)


def all_for(agent: Agent) -> list[UserTask]:
    """Return the open tasks this agent may answer."""
    return engine.open_tasks(lanes=permissions.lanes(agent))


def ticket_of(task: UserTask) -> Ticket:
    """Return the ticket a task is about; raise NotFound for a task of another process."""
    kind, _, number = task.business_key.partition(":")
    if kind != "ticket":
        raise NotFound("This task is not about a ticket.")
    return finding.by_id(int(number))


def form_of(task: UserTask) -> dict[str, Any]:
    """Return {"schema", "ui", "data"}: the form with what is known filled in; sent back unchanged it is valid."""
    form = engine.form(task.form)
    ticket = ticket_of(task)
    schema = {**form["schema"], "properties": dict(form["schema"].get("properties", {}))}
    known: dict[str, Any] = {
        "department": ticket.department.key,
        "category": ticket.category or _proposed_category(ticket),
        "priority": ticket.priority,
        "body": _proposed_reply(ticket),
    }
    data = {}
    for name, field in schema["properties"].items():
        value = known.get(name) if known.get(name) is not None else field.get("default")
        if value is not None:
            data[name] = value
        if name in _DICTIONARIES:
            schema["properties"][name] = {**field, "enum": _choices(name)}
    _offer_segments(schema["properties"], ticket)
    return {"schema": schema, "ui": form.get("ui", {}), "data": data}


def _offer_segments(properties: dict[str, Any], ticket: Ticket) -> None:
    """Offer the segments of the boards for a contact who may raise change requests, and nothing for anybody else."""
    if "segment" in properties:
        paths = [one.path for one in boards.segments()] if ticket.contact.may_request_changes else []
        if paths:
            properties["segment"] = {**properties["segment"], "enum": paths}
        else:
            del properties["segment"]


def _choices(name: str) -> list[str]:
    column = _DICTIONARIES[name]
    return list(db.session.scalars(select(column).order_by(column)))


def _proposed_category(ticket: Ticket) -> str | None:
    found = proposals.latest(ticket, "classification")
    return str(found.detail.get("category")) if found is not None and found.detail.get("category") else None


def _proposed_reply(ticket: Ticket) -> str | None:
    found = proposals.latest(ticket, "reply")
    return found.text if found is not None else None


def complete(public_id: str, data: dict[str, Any], *, agent: Agent) -> UserTask:
    """Answer a task; a reply is written and sent as well. Raise TaskTaken (409), Invalid (422), NotFound."""
    task = engine.task(public_id)
    if task.form == reply.FORM and task.state == "open":
        answer = {"body": "", "then": "in_progress", **engine.validated(task.form, data)}
        reply.send(ticket_of(task), answer["body"], agent=agent, then=answer["then"], task=task)
        return task
    _check_choices(task, data)
    if task.form == RESOLVE and task.state == "open" and task.business_key.startswith("ticket:"):
        fields.check_resolvable(ticket_of(task))
    return engine.complete_task(public_id, data, by=agent.actor)


def _check_choices(task: UserTask, data: dict[str, Any]) -> None:
    if task.form != "triage":
        return
    said = {name: str(data.get(name)) for name in _DICTIONARIES}
    found = {tuple(row) for row in db.session.execute(_KNOWN, said)}
    wrong: dict[str, str] = {
        name: f"“{data[name]}” is none of: {', '.join(_choices(name))}."
        for name in _DICTIONARIES
        if name in data and (name, data[name]) not in found
    }
    if data.get("segment"):
        wrong |= _wrong_segment(ticket_of(task), str(data["segment"]))
    if wrong:
        raise Invalid("; ".join(wrong.values()), wrong)


def _wrong_segment(ticket: Ticket, path: str) -> dict[str, str]:
    if not ticket.contact.may_request_changes:
        return {"segment": "is for contacts who may raise change requests."}
    try:
        boards.segment_at(path)
    except NotFound as error:
        return {"segment": error.detail}
    return {}
