"""Agents: who works at the desk, and when they are away."""

from typing import Any, Literal

from flask import Response
from pydantic import AwareDatetime, Field

from app import clock, departments, people
from app.api import agent_answers, answers, asks, auth, document, shapes
from app.api.effect import effect
from app.departments import Department
from app.errors import Forbidden, Invalid, NotFound
from app.people import Agent, permissions

blueprint = document.noun("agents", "Who works at the desk.")

Role = Literal["agent", "senior", "manager", "owner", "auditor", "admin"]
Keys = list[str]
STAFF = {"capacity"}
"""Fields a manager may set of who they look after; all others ask for people.write."""


class Wanted(asks.Paged):
    active: bool = Field(True, description="0 lists those who left, too.")


class NewAgent(asks.Ask):
    email: str = Field(max_length=254)
    name: str = Field(min_length=1, max_length=120)
    role: Role = "agent"
    departments: Keys | None = Field(
        None,
        max_length=200,
        description="Keys. Without it, agents, seniors and managers become members of the default department.",
    )


class Changes(asks.Ask):
    name: str | None = Field(None, min_length=1, max_length=120)
    role: Role | None = None
    active: bool | None = Field(None, description="false lets them go; what they hold goes back into its queues.")
    capacity: int | None = Field(None, ge=0, le=people.staff.LARGEST)
    manager: str | None = Field(None, description="The mail address or id of who leads them, or null.")
    signature: str | None = Field(None, max_length=people.staff.SIGNATURE)
    departments: Keys | None = Field(None, max_length=200, description="Keys of all they shall be members of.")


class NewAbsence(asks.Ask):
    starts_at: AwareDatetime | None = Field(None, description="Now without it.")
    ends_at: AwareDatetime | None = Field(None, description="Until further notice without it.")
    note: str = Field("", max_length=people.absences.NOTE)


class OfAbsence(asks.ById):
    absence: asks.Name


def _one(row: Agent) -> agent_answers.Colleague:
    return agent_answers.colleague(row, auth.agent())


@blueprint.get("/agents", responses={200: answers.Listed[agent_answers.Colleague]})
def index(query: Wanted) -> Response:
    """List colleagues by name."""
    rows = people.all_agents(active=query.active)
    found = shapes.sliced(rows, query.page, query.page_size)
    items = agent_answers.colleagues(found.items)
    return answers.Listed(items=items, total=found.total, next=found.next).shown()


@blueprint.post("/agents", responses={201: agent_answers.Colleague})
@effect(201, _one, lambda row: f"{auth.PREFIX}/agents/{row.public_id}")
def create(body: NewAgent) -> Agent:
    """Add a colleague; 409 when the address works here already."""
    by = auth.agent().actor
    chosen = None if body.departments is None else [_department(key) for key in body.departments]
    added = people.hire(body.email, body.name, body.role, by=by)
    departments.welcome(added, chosen, by=by)
    return added


@blueprint.get("/agents/<id>", responses={200: agent_answers.Colleague})
def show(path: asks.ById) -> Response:
    """Show a colleague and when they will be away."""
    return _one(people.named(path.id)).shown()


@blueprint.patch("/agents/<id>", responses={200: agent_answers.Colleague})
@effect(200, _one)
def change(path: asks.ById, body: Changes) -> Agent:
    """Change what is given; capacity asks a manager who looks after them, everything else an admin."""
    row, said, by = people.named(path.id), body.model_dump(exclude_unset=True), auth.agent().actor
    _may_change(row, set(said))
    if wrong := {
        field: "cannot be null" for field in ("name", "role", "active", "signature") if said.get(field, "") is None
    }:
        raise Invalid("A field is missing its value.", wrong)
    if "departments" in said:
        departments.place(row, [_department(key) for key in said.pop("departments") or []], by=by)
    if "manager" in said:
        said["manager"] = _leader(said["manager"])
    if "role" in said:
        people.set_role(row, said.pop("role"), by=by)
    if "active" in said:
        people.set_active(row, said.pop("active"), by=by)
    people.edit(row, by=by, **said)
    return row


@blueprint.post("/agents/<id>/absences", responses={201: agent_answers.Colleague})
@effect(201, _one)
def plan_absence(path: asks.ById, body: NewAbsence) -> Agent:
    """Say when a colleague is away: one's own times, or those of somebody one looks after."""
    row = people.named(path.id)
    _may_send_away(row)
    people.absences.plan(row, body.starts_at or clock.now(), body.ends_at, by=auth.agent().actor, note=body.note)
    return row


@blueprint.delete("/agents/<id>/absences/<absence>", responses={200: agent_answers.Colleague})
@effect(200, _one)
def cancel_absence(path: OfAbsence) -> Agent:
    """End an absence now, or forget one that has not begun; 409 when it is over."""
    row = people.named(path.id)
    _may_send_away(row)
    return people.absences.cancel(people.absences.by_public_id(row, path.absence), by=auth.agent().actor)


def _may_change(row: Agent, fields: set[str]) -> None:
    me = auth.agent()
    if permissions.may(me, "people.write"):
        return
    if not fields <= STAFF:
        raise Forbidden("This asks for “people.write”; you may set the capacity of those you look after.")
    if not departments.looks_after(me, row):
        raise Forbidden(f"You neither lead {row.name} nor share a department with them.")


def _may_send_away(row: Agent) -> None:
    if auth.agent().id != row.id and not departments.looks_after(auth.agent(), row):
        raise Forbidden(f"You neither lead {row.name} nor share a department with them.")


def _leader(named: Any) -> Agent | None:
    if named is None:
        return None
    found = people.by_email(named) or people.by_public_id(named)
    if found is None:
        raise Invalid(f"There is no agent {named!r}.", {"manager": "is unknown"})
    return found


def _department(key: str) -> Department:
    try:
        return departments.by_key(key)
    except NotFound as error:
        raise Invalid(error.detail, {"departments": f"{key} is unknown"}) from None
