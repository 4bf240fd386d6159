"""Calendars: when departments work, so that time counts."""

from typing import Any

from flask import Response
from pydantic import Field

from app import departments, sla
from app.api import agent_answers, answers, asks, auth, document, shapes
from app.api.effect import effect
from app.departments.department import BusinessCalendar, Department
from app.errors import Invalid, NotFound

blueprint = document.noun("calendars", "When departments work, so that time counts.")


class NewCalendar(asks.Ask):
    name: str = Field(min_length=1, max_length=120)
    spec: dict[str, Any] = Field(
        description='`{"timezone", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": ["2026-12-25"], "country",'
        ' "subdivision", "openings": [{"date", "hours", "name"}]}`'
    )


class DepartmentCalendar(asks.Ask):
    calendar: str | None = Field(max_length=36, description="A calendar's id; null works round the clock.")


def _shape(row: BusinessCalendar) -> answers.Calendar:
    using = [desk.key for desk in sla.departments_of(row)]
    return answers.Calendar(id=row.public_id, name=row.name, departments=using, spec=row.spec)


@blueprint.get("/calendars", responses={200: answers.Listed[answers.Calendar]})
def index(query: asks.Paged) -> Response:
    """List calendars by name."""
    return shapes.sliced([_shape(row) for row in sla.calendars()], query.page, query.page_size).shown()


@blueprint.post("/calendars", responses={201: answers.Calendar})
@effect(201, _shape)
def add(body: NewCalendar) -> BusinessCalendar:
    """Add a calendar."""
    return sla.add_calendar(body.name, body.spec, by=auth.agent().actor)


@blueprint.put("/calendars/<id>", responses={200: answers.Calendar})
@effect(200, _shape)
def change(path: asks.ById, body: NewCalendar) -> BusinessCalendar:
    """Change a calendar; the open clocks of its departments follow."""
    row = sla.calendar_by_public_id(path.id)
    sla.change_calendar(row, body.name, body.spec, by=auth.agent().actor)
    return row


@blueprint.delete("/calendars/<id>", responses={200: answers.Calendar})
@effect(200, lambda shape: shape)
def remove(path: asks.ById) -> answers.Calendar:
    """Delete a calendar no department works by (409 otherwise)."""
    row = sla.calendar_by_public_id(path.id)
    shape = _shape(row)
    sla.remove_calendar(row, by=auth.agent().actor)
    return shape


@blueprint.put("/departments/<key>/calendar", responses={200: answers.Department})
@effect(200, agent_answers.department)
def give(path: asks.ByKey, body: DepartmentCalendar) -> Department:
    """Let a department work by a calendar; its open clocks follow."""
    department = departments.by_key(path.key)
    sla.give(department, _named(body.calendar) if body.calendar else None, by=auth.agent().actor)
    return department


def _named(public_id: str) -> BusinessCalendar:
    try:
        return sla.calendar_by_public_id(public_id)
    except NotFound as error:
        raise Invalid(error.detail, {"calendar": "is unknown"}) from None
