"""The life of a ticket: its stage, the desk's own fields, merging, splitting, links."""

from typing import Any, Literal

from flask import Response
from pydantic import Field
from sqlalchemy import select

from app import merging, sight
from app.api import answers, asks, auth, document, life_answers, shapes
from app.api.effect import effect
from app.api.tickets import address
from app.db import db
from app.errors import Invalid, NotFound
from app.paging import LARGEST
from app.tickets import by_hand, fields, finding, linking, splitting, stages
from app.tickets.members import members
from app.tickets.merging import changeable
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

blueprint = document.noun("life_cycle", "Stages, merging, splitting and links.")


class NewStage(asks.Ask):
    stage: str = Field(max_length=60, description="A stage's key or name.")
    reason: asks.Reason = ""


class NewCustom(asks.Ask):
    custom: dict[str, Any] = Field(description="Values by key; null or empty takes one out, what is not named stays.")
    reason: asks.Reason = ""


class Merging(asks.Ask):
    into: str = Field(max_length=24, description="The number of the ticket it becomes part of.")
    reason: asks.Reason = ""


class Splitting(asks.Ask):
    message: str = Field(max_length=36, description="The id of a message a customer wrote.")
    subject: str = Field("", max_length=998, description="The subject of the new ticket; the message's own if empty.")


class NewLink(asks.Ask):
    ticket: str = Field(max_length=24, description="The number of the other ticket.")
    kind: Literal["related", "parent", "child", "duplicate", "duplicated_by"] = Field(
        "related", description="What the other ticket is to this one."
    )


class ByLink(asks.ByNumber):
    id: asks.Name


def _link(one: linking.Linked) -> life_answers.Link:
    other = one.other
    return life_answers.Link(id=one.id, kind=one.kind, ticket=other.number, subject=other.subject, status=other.status)


def _links(ticket: Ticket) -> answers.Listed[life_answers.Link]:
    return shapes.sliced([_link(one) for one in linking.links_of(ticket, auth.agent())], 1, LARGEST)


@blueprint.put("/tickets/<number>/stage", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def set_stage(path: asks.ByNumber, body: NewStage) -> Ticket:
    """Move the ticket to a stage of the board, and its status with it."""
    ticket = changeable(finding.by_number(path.number))
    by_hand.set_stage(ticket, body.stage, by=auth.agent().actor, reason=body.reason)
    return ticket


@blueprint.put("/tickets/<number>/custom", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def set_custom(path: asks.ByNumber, body: NewCustom) -> Ticket:
    """Set some of the desk's own fields."""
    ticket = changeable(finding.by_number(path.number))
    fields.set_custom(ticket, body.custom, by=auth.agent().actor, reason=body.reason)
    return ticket


@blueprint.post("/tickets/<number>/merge", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def merge(path: asks.ByNumber, body: Merging) -> Ticket:
    """Make the ticket part of another one; answers the ticket that is merged."""
    ticket = finding.by_number(path.number)
    merging.merge(ticket, _other(body.into, "into"), by=auth.agent().actor, reason=body.reason)
    return ticket


@blueprint.delete("/tickets/<number>/merge", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def unmerge(path: asks.ByNumber) -> Ticket:
    """Take the ticket out of what it is merged into: it and its process are as they were."""
    ticket = finding.by_number(path.number)
    merging.unmerge(ticket, by=auth.agent().actor)
    return ticket


@blueprint.post("/tickets/<number>/split", responses={201: answers.Ticket})
@effect(201, shapes.ticket, address)
def split(path: asks.ByNumber, body: Splitting) -> Ticket:
    """Make a message a ticket of its own; answers the new ticket."""
    ticket = finding.by_number(path.number)
    query = select(Message).where(Message.public_id == body.message, Message.ticket_id.in_(members(ticket)))
    if (message := db.session.scalar(query)) is None:
        raise Invalid(f"{ticket.number} has no such message.", {"message": "is not one of this ticket"})
    return splitting.split(message, by=auth.agent().actor, subject=body.subject)


@blueprint.get("/tickets/<number>/links", responses={200: answers.Listed[life_answers.Link]})
def links(path: asks.ByNumber, query: asks.Paged) -> Response:
    """List the tickets this one is linked to."""
    found = [_link(one) for one in linking.links_of(finding.by_number(path.number), auth.agent())]
    return shapes.sliced(found, query.page, query.page_size).shown()


@blueprint.post("/tickets/<number>/links", responses={201: answers.Listed[life_answers.Link]})
@effect(201, _links)
def link(path: asks.ByNumber, body: NewLink) -> Ticket:
    """Link the ticket to another one; answers all its links."""
    ticket = finding.by_number(path.number)
    linking.link(ticket, _other(body.ticket, "ticket"), body.kind, by=auth.agent().actor)
    return ticket


@blueprint.delete("/tickets/<number>/links/<id>", responses={200: answers.Listed[life_answers.Link]})
@effect(200, _links)
def unlink(path: ByLink) -> Ticket:
    """Take a link away; answers those that are left."""
    ticket = finding.by_number(path.number)
    linking.unlink(ticket, path.id, by=auth.agent().actor)
    return ticket


@blueprint.get("/stages", responses={200: answers.Listed[life_answers.Stage]})
def list_stages(query: asks.Paged) -> Response:
    """List the stages of the board in order."""
    found = [life_answers.Stage(**{**vars(one), "departments": list(one.departments)}) for one in stages.all_stages()]
    return shapes.sliced(found, query.page, query.page_size).shown()


@blueprint.get("/fields", responses={200: answers.Listed[life_answers.CustomField]})
def list_fields(query: asks.Paged) -> Response:
    """List the desk's own fields that are in use."""
    found = [_field(one) for one in fields.all_fields() if not one.archived]
    return shapes.sliced(found, query.page, query.page_size).shown()


def _other(number: str, field: str) -> Ticket:
    try:
        return sight.ticket(auth.agent(), number)
    except NotFound as error:
        raise Invalid(error.detail, {field: "is unknown"}) from None


def _field(one: fields.Field) -> life_answers.CustomField:
    return life_answers.CustomField(
        key=one.key,
        name=one.name,
        kind=one.kind,
        choices=list(one.choices),
        categories=list(one.categories),
        required=one.required,
        required_on_resolve=one.required_on_resolve,
        hint=one.hint,
    )
