"""What goes out about routing: decisions, queues, words of the dictionaries, shifts."""

from typing import Any

from pydantic import Field

from app.api.answers import Answer, Person, When


class Candidate(Answer):
    name: str
    open: int = Field(description="How many open tickets they held.")
    obstacle: str = Field(description="Why nothing could go to them, or empty.")


class Dispatch(Answer):
    at: When
    rule: str = Field(description="The rule or strategy that decided.")
    inputs: dict[str, Any]
    candidates: list[Candidate]
    chosen: str = Field(description="The agent's mail address, department:KEY, or empty where nobody could.")
    reason: str


class Queue(Answer):
    department: str = Field(description="The department's key.")
    waiting: int = Field(description="Open tickets nobody holds.")
    urgent: int


class Word(Answer):
    kind: str
    key: str
    name: str
    position: int
    archived: bool
    parent: str | None = Field(None, description="Of a category: the one it is below.")


class Merged(Answer):
    into: str
    tickets: int = Field(description="How many tickets followed.")


class Way(Answer):
    department: str
    strategy: str
    prefers_agent: bool
    vip_to_senior: bool


class Shift(Answer):
    id: str
    agent: Person
    department: str | None = Field(description="Null where the whole desk is meant.")
    starts_at: When
    ends_at: When
    source: str = Field(description="The calendar file it came from, empty by hand.")
