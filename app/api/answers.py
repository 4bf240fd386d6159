"""What goes out: one model per noun, with the field names of the contract; times are RFC 3339 with an offset."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from app.paging import COUNTED

T = TypeVar("T")

When = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Answer(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    def shown(self) -> Response:
        """Return the answer as the response of a view that only reads."""
        return Response(self.model_dump_json(), mimetype="application/json")


class Listed(Answer, Generic[T]):
    """One page of a list."""

    items: list[T]
    total: int = Field(description=f"How many there are, counted up to {COUNTED:,}.")
    next: int | None = Field(description="The number of the next page, if there is one.")


class Problem(Answer):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, str] | None = Field(None, description="What is wrong, by field.")
    element: str | None = Field(None, description="The element of a drawing that is at fault.")


class Person(Answer):
    id: str
    name: str
    email: str


class TicketInstance(Answer):
    id: str
    process: str
    version: int
    state: str


class File(Answer):
    id: str
    filename: str
    content_type: str
    size: int


class Message(Answer):
    id: str
    kind: str
    direction: str
    author: str
    author_email: str
    subject: str
    body: str
    message_id: str | None
    delivery: str
    delivery_note: str
    held: str
    created_at: When
    attachments: list[File]


class Delivery(Answer):
    id: str
    state: str = Field(description="unknown or failed; queued or sent once somebody decided.")
    note: str = Field(description="Why it is in doubt.")
    ticket: str | None = Field(description="The number of its ticket.")
    message: str | None = Field(description="The id of the message of the conversation it carries.")
    message_id: str = Field(description="The Message-ID header, the same on every attempt.")
    recipients: list[str]
    subject: str
    attempts: int
    created_at: When


class Ticket(Answer):
    id: str
    number: str
    subject: str
    status: str
    wait_reason: str | None
    stage: str
    priority: str
    category: str | None
    type: str
    product: str
    confidence: float | None
    tags: list[str]
    department: str = Field(description="The department's key.")
    assignee: str | None = Field(description="The agent's mail address.")
    contact: Person
    channel: str
    language: str
    flagged: str
    created_at: When
    updated_at: When
    first_replied_at: When | None
    resolved_at: When | None
    closed_at: When | None
    custom: dict[str, Any]
    merged_into: str | None = Field(description="The number of the ticket it is merged into.")
    instances: list[TicketInstance]
    messages: list[Message] | None = Field(
        None, description="Left out with ?messages=0.", exclude_if=lambda messages: messages is None
    )


class Step(Answer):
    """Why it is due then: one step of the count."""

    kind: str
    from_: str = Field(alias="from")
    to: str | None
    seconds: float
    text: str


class Clock(Answer):
    id: str
    kind: str
    round: int = Field(description="Counts the clocks of a kind; one for each time the customer waits for an answer.")
    state: str
    started_at: str
    due_at: str | None
    near_at: str | None
    remaining_seconds: float
    budget_seconds: float
    paused_since: str | None
    ended_at: str | None
    alerted: bool
    breached: bool
    steps: list[Step]


class Kept(Answer):
    id: str
    state: str


class CrmRecord(Answer):
    system: str
    external_id: str
    url: str
    synced_at: When | None


class Contact(Person):
    emails: list[str]
    organisation: str | None
    vip: bool
    may_request_changes: bool
    phone: str
    phones: list[str]
    product: str
    preferred_agent: str | None = Field(description="The agent's mail address.")
    links: list[CrmRecord]
    merged_into: str | None = Field(description="The id of the contact this one was merged into.")
    language: str
    notes: str
    created_at: When


class Organisation(Answer):
    id: str
    name: str
    domains: list[str]
    vip: bool
    notes: str


class Department(Answer):
    id: str
    key: str
    name: str
    is_default: bool
    addresses: list[str]
    members: list[Person]
    calendar: dict[str, Any] | None


class Policy(Answer):
    id: str
    name: str
    priority: str
    department: str | None = Field(description="The department's key; null for any.")
    organisation: str | None = Field(description="The organisation's id; null for any customer.")
    first_response: int | None = Field(description="Seconds of opening time; null promises nothing.")
    next_response: int | None
    idle: int | None
    resolution: int | None
    near_breach: float
    in_hours: bool
    pauses: dict[str, list[str]]


class Calendar(Answer):
    id: str
    name: str
    departments: list[str] = Field(description="The keys of the departments that work by it.")
    spec: dict[str, Any] = Field(description="timezone, hours, holidays, country, subdivision, openings.")


class Event(Answer):
    seq: int
    at: When
    name: str
    actor: str
    actor_name: str
    subject: str
    ticket: str | None
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    data: dict[str, Any]
