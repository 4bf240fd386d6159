"""What the API says of a ticket's life: stages, links, fields, time."""

from pydantic import Field

from app.api.answers import Answer, When


class Link(Answer):
    id: str = Field(description="Empty for follow-ups, which nobody links by hand.")
    kind: str = Field(description="What the other ticket is to this one.")
    ticket: str = Field(description="The number of the other ticket.")
    subject: str
    status: str


class TimeEntry(Answer):
    id: str
    agent: str = Field(description="The agent's mail address.")
    minutes: int
    note: str
    at: When


class TimeSheet(Answer):
    items: list[TimeEntry]
    total: int
    next: int | None
    minutes: int = Field(description="All minutes spent, on tickets merged into this one too.")


class Stage(Answer):
    key: str
    name: str
    status: str
    wait_reason: str | None
    departments: list[str] = Field(description="Only tickets of these go through it; none means all.")
    reason_required: bool
    awaiting_after: int | None = Field(description="Hours nobody touches a ticket before it waits.")


class CustomField(Answer):
    key: str
    name: str
    kind: str
    choices: list[str]
    categories: list[str] = Field(description="Only tickets of these have it; none means all.")
    required: bool
    required_on_resolve: bool
    hint: str
