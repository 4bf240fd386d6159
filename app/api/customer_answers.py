"""What the API says of merged contacts and of CRMs."""

from typing import Any

from pydantic import Field

from app.api.answers import Answer, When


class Merge(Answer):
    """Two contacts that became one. `objections` say why it cannot be undone exactly; none means that it can."""

    id: str
    source: str
    target: str
    at: When
    reason: str
    moved: dict[str, int]
    undone_at: When | None
    objections: list[str]


class CrmSource(Answer):
    id: str
    name: str
    kind: str
    url: str
    path: str
    every_hours: int
    has_token: bool


class CrmRun(Answer):
    id: str
    source: str
    state: str = Field(description="running, done or failed.")
    error: str
    began_at: When
    ended_at: When | None
    pages: int
    added: int
    changed: int
    unchanged: int
    refused: int


class CrmLine(Answer):
    """What a run did with one record."""

    row: int
    outcome: str = Field(description="added, changed, kept or refused.")
    external_id: str
    contact: str | None
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
