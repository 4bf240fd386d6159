"""Departments: the desks a ticket can be at, and who works there."""

from flask import Response
from pydantic import Field

from app import departments, people
from app.api import agent_answers, answers, asks, auth, document, shapes
from app.api.effect import effect
from app.departments import Department
from app.errors import Conflict, Invalid
from app.tickets import dissolving

blueprint = document.noun("departments", "The desks a ticket can be at.")

Addresses = list[str]


class NewDepartment(asks.Ask):
    key: str = Field(
        max_length=40, pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", description="What tables and programs call it."
    )
    name: str = Field(min_length=1, max_length=120)
    addresses: Addresses = Field(default_factory=list, max_length=50, description="Mail to these opens tickets here.")


class Changes(asks.Ask):
    name: str | None = Field(None, min_length=1, max_length=120)
    addresses: Addresses | None = Field(None, max_length=50, description="All it shall have.")
    is_default: bool | None = Field(None, description="true lets what nobody else owns land here.")


class NewMember(asks.Ask):
    agent: str = Field(max_length=254, description="A mail address or id.")


class OfMember(asks.ByKey):
    id: asks.Name


@blueprint.get("/departments", responses={200: answers.Listed[answers.Department]})
def index(query: asks.Paged) -> Response:
    """List departments by name."""
    found = [agent_answers.department(row) for row in departments.all_departments()]
    return shapes.sliced(found, query.page, query.page_size).shown()


@blueprint.post("/departments", responses={201: answers.Department})
@effect(201, agent_answers.department)
def create(body: NewDepartment) -> Department:
    """Add a department; 409 when its key or an address is taken."""
    if any(row.key == body.key for row in departments.all_departments()):
        raise Conflict(f"There is a department {body.key} already.")
    return departments.add(body.key, body.name, addresses=body.addresses, by=auth.agent().actor)


@blueprint.patch("/departments/<key>", responses={200: answers.Department})
@effect(200, agent_answers.department)
def change(path: asks.ByKey, body: Changes) -> Department:
    """Change what is given."""
    row, by = departments.by_key(path.key), auth.agent().actor
    if body.is_default is False and row.is_default:
        raise Invalid("One department is the default one.", {"is_default": "make another one the default instead"})
    if body.name is not None:
        departments.rename(row, body.name, by=by)
    if body.addresses is not None:
        departments.set_addresses(row, body.addresses, by=by)
    if body.is_default:
        departments.make_default(row, by=by)
    return row


@blueprint.delete("/departments/<key>", responses={200: answers.Department})
@effect(200, lambda found: found)
def remove(path: asks.ByKey) -> answers.Department:
    """Remove a department and answer what it was; 409 when tickets, addresses or anything else depend on it."""
    row = departments.by_key(path.key)
    was = agent_answers.department(row)
    dissolving.dissolve(row, by=auth.agent().actor)
    return was


@blueprint.post("/departments/<key>/members", responses={201: answers.Department})
@effect(201, agent_answers.department)
def join(path: asks.ByKey, body: NewMember) -> Department:
    """Make a colleague a member: they see its tickets and are given some."""
    row, agent = departments.by_key(path.key), people.by_email(body.agent) or people.by_public_id(body.agent)
    if agent is None:
        raise Invalid(f"There is no agent {body.agent!r}.", {"agent": "is unknown"})
    departments.join(row, agent, by=auth.agent().actor)
    return row


@blueprint.delete("/departments/<key>/members/<id>", responses={200: answers.Department})
@effect(200, agent_answers.department)
def leave(path: OfMember) -> Department:
    """End a membership; what they hold stays with them."""
    row = departments.by_key(path.key)
    departments.leave(row, people.named(path.id), by=auth.agent().actor)
    return row
