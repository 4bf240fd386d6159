"""Policies: how soon the desk promises to answer and to solve."""

from typing import Annotated, Literal

from flask import Response
from pydantic import Field
from sqlalchemy import select

from app import sla
from app.api import answers, asks, auth, document, shapes
from app.api.effect import effect
from app.api.tickets import Priority
from app.contacts.contact import Organisation
from app.db import db
from app.errors import Invalid
from app.sla.policy import KINDS, LONGEST, Policy
from app.text import one_line

blueprint = document.noun("policies", "How soon the desk promises to answer and to solve.")

Seconds = Annotated[int, Field(ge=1, le=LONGEST, strict=True)]
Reasons = list[Literal["customer", "third_party", "review"]]


class Pauses(asks.Ask):
    """What is left out pauses as usual: every reason, but none for the first response."""

    first_response: Reasons | None = Field(None, max_length=10)
    next_response: Reasons | None = Field(None, max_length=10)
    idle: Reasons | None = Field(None, max_length=10)
    resolution: Reasons | None = Field(None, max_length=10)


class NewPolicy(asks.Ask):
    priority: Priority
    department: str | None = Field(None, max_length=40, description="A department's key.")
    organisation: str | None = Field(None, max_length=36, description="An organisation's id.")
    name: str = Field("", max_length=120)
    first_response: Seconds | None = Field(None, description="Seconds; null promises nothing.")
    next_response: Seconds | None = None
    idle: Seconds | None = None
    resolution: Seconds | None = None
    near_breach: float = Field(0.75, gt=0, le=1)
    in_hours: bool = False
    pauses: Pauses | None = None


def _shape(row: Policy) -> answers.Policy:
    return answers.Policy(
        id=row.public_id,
        name=row.name,
        priority=row.priority,
        department=row.department.key if row.department else None,
        organisation=row.organisation.public_id if row.organisation else None,
        first_response=row.first_response,
        next_response=row.next_response,
        idle=row.idle,
        resolution=row.resolution,
        near_breach=row.near_breach,
        in_hours=row.in_hours,
        pauses={kind: sorted(row.paused_by(kind)) for kind in KINDS},
    )


@blueprint.get("/policies", responses={200: answers.Listed[answers.Policy]})
def index(query: asks.Paged) -> Response:
    """List the policies in force: those for everybody first."""
    return shapes.sliced([_shape(row) for row in sla.policies()], query.page, query.page_size).shown()


@blueprint.put("/policies", responses={200: answers.Policy})
@effect(200, _shape)
def set_policy(body: NewPolicy) -> Policy:
    """Set the policy of a priority, for everybody, a department, an organisation, or both; open clocks follow."""
    return sla.set_policy(
        body.priority,
        department=asks.department(body.department) if body.department else None,
        organisation=_organisation(body.organisation) if body.organisation else None,
        name=body.name,
        first_response=body.first_response,
        next_response=body.next_response,
        idle=body.idle,
        resolution=body.resolution,
        near_breach=body.near_breach,
        in_hours=body.in_hours,
        pauses=body.pauses.model_dump(exclude_none=True) if body.pauses else None,
        by=auth.agent().actor,
    )


@blueprint.delete("/policies/<id>", responses={200: answers.Policy})
@effect(200, _shape)
def remove(path: asks.ById) -> Policy:
    """Take an exception away, so that what is less specific holds again."""
    row = sla.by_public_id(path.id)
    sla.remove_policy(row, by=auth.agent().actor)
    return row


def _organisation(public_id: str) -> Organisation:
    query = select(Organisation).where(Organisation.public_id == one_line(public_id, 36))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise Invalid("There is no such organisation.", {"organisation": "is unknown"})
    return found
