"""On call: who is told of urgent tickets, and when."""

from datetime import timedelta

from flask import Response
from pydantic import AwareDatetime, Field
from sqlalchemy import select

from app import clock, oncall, people
from app.api import answers, asks, auth, document, routing_answers, shapes
from app.api.effect import effect
from app.db import db
from app.errors import Invalid, NotFound
from app.oncall.slot import Slot

blueprint = document.noun("oncall", "Who is told of urgent tickets, and when.")


class Coming(asks.Paged):
    days: int = Field(14, ge=1, le=366, description="How many days ahead.")
    department: str = Field("", max_length=40, description="A department's key; empty for the whole desk.")


class NewShift(asks.Ask):
    agent: str = Field(max_length=320, description="An agent's mail address or id.")
    department: str | None = Field(None, max_length=40, description="A department's key, or null for the whole desk.")
    starts_at: AwareDatetime
    ends_at: AwareDatetime


def _shift(row: Slot) -> routing_answers.Shift:
    return routing_answers.Shift(
        id=row.public_id,
        agent=shapes.person(row.agent),
        department=row.department.key if row.department else None,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        source=row.source,
    )


@blueprint.get("/oncall", responses={200: answers.Listed[routing_answers.Shift]})
def index(query: Coming) -> Response:
    """List the shifts to come; for a department those of the whole desk count too."""
    now = clock.now()
    department = asks.department(query.department) if query.department else None
    slots, _gaps = oncall.coming(now, now + timedelta(days=query.days), department)
    return shapes.sliced([_shift(slot) for slot in slots], query.page, query.page_size).shown()


@blueprint.post("/oncall", responses={201: routing_answers.Shift})
@effect(201, _shift)
def add(body: NewShift) -> Slot:
    """Put somebody on call."""
    agent = people.by_email(body.agent) or people.by_public_id(body.agent)
    if agent is None:
        raise Invalid(f"There is no agent {body.agent!r}.", {"agent": "is unknown"})
    department = asks.department(body.department) if body.department else None
    return oncall.add(agent, body.starts_at, body.ends_at, by=auth.agent().actor, department=department)


@blueprint.delete("/oncall/<id>", responses={200: routing_answers.Shift})
@effect(200, lambda shown: shown)
def remove(path: asks.ById) -> routing_answers.Shift:
    """Take a shift out of the rota."""
    row = db.session.scalar(select(Slot).where(Slot.public_id == path.id))
    if row is None:
        raise NotFound("There is no such shift.")
    shown = _shift(row)
    oncall.remove(row, by=auth.agent().actor)
    return shown
