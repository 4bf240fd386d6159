"""Tickets: opened, listed, shown."""

from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from app import intake, sla
from app.api import answers, asks, auth, document, shapes
from app.api.effect import effect
from app.tickets import finding
from app.tickets.ticket import Ticket

blueprint = document.noun("tickets", "Requests of customers.")

Priority = Literal["low", "medium", "high", "urgent"]
Channel = Literal["web", "email", "phone", "chat", "im", "api", "other"]


class Requester(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")
    name: str = Field("", max_length=200)


class ChangeRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    project: str = Field(max_length=10, description="The key of the project.")
    segment: str = Field(max_length=40, description="The key of the segment.")


class NewTicket(asks.Ask):
    subject: str = Field(min_length=1, max_length=998)
    body: asks.Text
    contact: Requester
    channel: Channel = "api"
    department: str | None = Field(None, max_length=40, description="A department's key.")
    priority: Priority | None = None
    category: str | None = Field(None, max_length=40)
    change_request: ChangeRequest | None = Field(
        None, description="Asks for a change: of an authorised contact it goes straight to the board of the segment."
    )
    custom: dict[str, Any] = Field(default_factory=dict, description="Values of custom fields, by key.")
    attachments: asks.Files


class Shown(asks.Query):
    messages: bool = Field(True, description="0 leaves the messages out.")


class Search(asks.Paged, Shown):
    q: str = Field("", max_length=500, description="Words, and filters such as status:open or from:ann@example.com.")
    view: str = Field("all", json_schema_extra={"enum": list(finding.VIEWS)})


def address(ticket: Ticket) -> str:
    return f"{auth.PREFIX}/tickets/{ticket.number}"


@blueprint.post("/tickets", responses={201: answers.Ticket})
@effect(201, shapes.ticket, address)
def create(body: NewTicket) -> Ticket:
    """Open a ticket and start its process."""
    if body.department:
        asks.department(body.department)
    wanted = f"{body.change_request.project}/{body.change_request.segment}" if body.change_request else ""
    if wanted:
        asks.segment(wanted)
    return intake.open_request(
        subject=body.subject,
        body=body.body,
        email=body.contact.email,
        name=body.contact.name,
        channel=body.channel,
        department=body.department,
        priority=body.priority,
        category=body.category,
        custom=body.custom,
        by=auth.agent().actor,
        attachments=[file.attached() for file in body.attachments],
        segment=wanted,
    )


@blueprint.get("/tickets", responses={200: answers.Listed[answers.Ticket]})
def search(query: Search) -> Response:
    """List tickets: urgent ones first, then those whose customer responded, then the most recently touched."""
    page = finding.search(query.q, query.view or "all", query.page, query.page_size, agent=auth.agent())
    return shapes.listed(page, lambda rows: shapes.tickets(rows, messages=query.messages)).shown()


@blueprint.get("/tickets/<number>", responses={200: answers.Ticket})
def show(path: asks.ByNumber, query: Shown) -> Response:
    """Show one ticket with its processes and messages."""
    return shapes.ticket(finding.by_number(path.number), messages=query.messages).shown()


@blueprint.get("/tickets/<number>/clocks", responses={200: answers.Listed[answers.Clock]})
def clocks(path: asks.ByNumber, query: asks.Paged) -> Response:
    """Show the service-level clocks of a ticket, each with the reasons for its due date."""
    found = [answers.Clock.model_validate(sla.view(clock)) for clock in sla.clocks_of(finding.by_number(path.number))]
    return shapes.sliced(found, query.page, query.page_size).shown()
