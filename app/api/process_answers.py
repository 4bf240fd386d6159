"""What goes out about processes: tasks, instances, drawings, incidents."""

from typing import Any

from pydantic import Field

from app.api.answers import Answer, When


class Form(Answer):
    """`data` sent back unchanged is a valid answer wherever a sensible default exists."""

    form_schema: dict[str, Any] = Field(alias="schema")
    ui: dict[str, Any]
    data: dict[str, Any]


class Task(Answer):
    id: str
    name: str
    state: str
    element: str
    process: str
    instance: str
    ticket: str | None
    lane: str
    assignee: str | None
    candidates: list[str] = Field(description="The mail addresses of those who may answer it.")
    priority: str | None
    due_at: When | None
    created_at: When
    completed_at: When | None
    completed_by: str | None
    form: Form


class Waiting(Answer):
    kind: str
    element: str
    name: str
    detail: str


class Instance(Answer):
    id: str
    process: str
    name: str
    version: int
    state: str
    ticket: str | None
    started_at: When
    started_by: str
    ended_at: When | None
    waiting: list[Waiting]


class HistoryRow(Answer):
    seq: int
    at: str
    actor: str
    actor_name: str
    kind: str
    element: str
    element_name: str
    flow: str
    ticket: str | None
    instance: str
    version: int
    inputs: dict[str, Any] | None
    outputs: dict[str, Any] | None
    duration_ms: float | None


class Diagram(Answer):
    """The drawing and the path taken through it, by element id."""

    xml: str
    completed: list[str]
    flows: list[str]
    active: list[str]
    counts: dict[str, int]
    incidents: list[str]
    waiting: list[Waiting]


class Definition(Answer):
    id: str
    key: str
    version: int
    kind: str
    name: str
    active: bool
    start_message: str | None
    hash: str = Field(description="SHA-256 of the file.")
    note: str
    deployed_at: When
    deployed_by: str


class OfferedOperation(Answer):
    """What a service task may ask for; types are those of JSON, or `any`."""

    parameters: dict[str, str]
    required: list[str]
    returns: dict[str, str]
    text: str


class OfferedMessage(Answer):
    carries: dict[str, str] = Field(description="The variables it brings, with their types.")
    text: str


class OfferedForm(Answer):
    title: str
    variables: dict[str, str]


class OfferedVariable(Answer):
    type: str
    sources: list[str] = Field(alias="from", description="The messages and forms it comes from.")


class OfferedHelper(Answer):
    text: str
    gives: str


class Catalogue(Answer):
    operations: dict[str, OfferedOperation]
    messages: dict[str, OfferedMessage]
    forms: dict[str, OfferedForm]
    variables: dict[str, OfferedVariable]
    lanes: list[str]
    helpers: dict[str, OfferedHelper]


class DrawingProblem(Answer):
    element: str = Field(description="Empty when the whole file is meant.")
    message: str


class Problems(Answer):
    problems: list[DrawingProblem]
    warnings: list[DrawingProblem] = Field(description="What may surprise, but does not stand in the way.")


class Incident(Answer):
    id: str
    state: str
    text: str
    element: str
    operation: str | None
    process: str | None
    instance: str | None
    ticket: str | None
    created_at: When
    resolved_at: When | None
    resolved_by: str | None
