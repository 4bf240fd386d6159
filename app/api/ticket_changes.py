"""What an agent may set on a ticket; each answers the ticket as it is then."""

from typing import Literal

from pydantic import AliasChoices, Field

from app import people, routing
from app.api import answers, asks, auth, document, shapes
from app.api.effect import effect
from app.api.tickets import Priority
from app.errors import Invalid
from app.people import Agent
from app.tickets import by_hand, category, finding, priority, status, tagging
from app.tickets.merging import changeable
from app.tickets.ticket import Ticket

blueprint = document.noun("ticket_changes", "What is set on a ticket by hand.")


class NewStatus(asks.Ask):
    status: str = Field(json_schema_extra={"enum": list(status.SETTABLE)})
    reason: asks.Reason = ""
    wait_reason: Literal["customer", "third_party", "review"] | None = None


class NewAssignment(asks.Ask):
    assignee: str | None = Field(
        validation_alias=AliasChoices("assignee", "agent"), description="An agent's mail address or id, or null."
    )
    reason: asks.Reason = ""


class NewPriority(asks.Ask):
    priority: Priority
    reason: asks.Reason = ""


class NewDepartment(asks.Ask):
    department: str = Field(max_length=40, description="A department's key.")
    reason: asks.Reason = ""


class NewCategory(asks.Ask):
    category: str = Field(max_length=40, description="A category's key.")
    reason: asks.Reason = ""


class NewType(asks.Ask):
    type: str = Field(max_length=40, description="A type's key, or empty.")
    reason: asks.Reason = ""


class NewProduct(asks.Ask):
    product: str = Field(max_length=40, description="A product's key, or empty.")
    reason: asks.Reason = ""


class NewTags(asks.Ask):
    tags: list[str] = Field(max_length=1_000, description="All tags the ticket shall have.")
    reason: asks.Reason = ""


@blueprint.put("/tickets/<number>/status", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def set_status(path: asks.ByNumber, body: NewStatus) -> Ticket:
    """Set the status; what follows is up to the process."""
    ticket, by = changeable(finding.by_number(path.number)), auth.agent().actor
    by_hand.set_status(ticket, body.status, by=by, reason=body.reason, wait_reason=body.wait_reason)
    return ticket


@blueprint.put("/tickets/<number>/assignment", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def assign(path: asks.ByNumber, body: NewAssignment) -> Ticket:
    """Hand the ticket to an agent, or to nobody."""
    ticket, agent = changeable(finding.by_number(path.number)), _agent(body.assignee)
    routing.to_agent(ticket, agent, by=auth.agent().actor, reason=body.reason)
    return ticket


@blueprint.put("/tickets/<number>/priority", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def set_priority(path: asks.ByNumber, body: NewPriority) -> Ticket:
    """Set the priority; the clocks follow."""
    ticket = changeable(finding.by_number(path.number))
    priority.set_priority(ticket, body.priority, by=auth.agent().actor, reason=body.reason)
    return ticket


@blueprint.put("/tickets/<number>/department", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def move(path: asks.ByNumber, body: NewDepartment) -> Ticket:
    """Move the ticket to another department."""
    ticket = changeable(finding.by_number(path.number))
    routing.to_department(ticket, asks.department(body.department), by=auth.agent().actor, reason=body.reason)
    return ticket


@blueprint.put("/tickets/<number>/category", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def set_category(path: asks.ByNumber, body: NewCategory) -> Ticket:
    """Set what the ticket is about."""
    ticket = changeable(finding.by_number(path.number))
    category.set_category(ticket, body.category, by=auth.agent().actor, reason=body.reason)
    return ticket


@blueprint.put("/tickets/<number>/type", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def set_type(path: asks.ByNumber, body: NewType) -> Ticket:
    """Set what kind of request the ticket is."""
    ticket = finding.by_number(path.number)
    category.set_type(ticket, body.type, by=auth.agent().actor, reason=body.reason)
    return ticket


@blueprint.put("/tickets/<number>/product", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def set_product(path: asks.ByNumber, body: NewProduct) -> Ticket:
    """Set which product the ticket is about."""
    ticket = finding.by_number(path.number)
    category.set_product(ticket, body.product, by=auth.agent().actor, reason=body.reason)
    return ticket


@blueprint.put("/tickets/<number>/tags", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def set_tags(path: asks.ByNumber, body: NewTags) -> Ticket:
    """Give the ticket exactly these tags."""
    ticket = changeable(finding.by_number(path.number))
    tagging.set_tags(ticket, body.tags, by=auth.agent().actor, reason=body.reason)
    return ticket


def _agent(named: str | None) -> Agent | None:
    if named is None:
        return None
    found = people.by_email(named) or people.by_public_id(named)
    if found is None:
        raise Invalid(f"There is no agent {named!r}.", {"assignee": "is unknown"})
    return found
