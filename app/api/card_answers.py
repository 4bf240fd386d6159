"""What boards and cards look like outside."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.api.answers import Answer, Person, When

Meaning = Literal["open", "done", "cancelled"]


class Segment(Answer):
    id: str
    key: str
    name: str
    path: str = Field(description="PROJECT/segment, as a change request names it.")
    prefix: str | None = Field(description="What the subject of a mail for it begins with.")
    addresses: list[str]


class ColumnName(Answer):
    id: str
    name: str
    meaning: Meaning


class CardTicket(Answer):
    number: str
    subject: str
    status: str
    waits: bool = Field(description="Whether the ticket is answered and closed when the card is done.")


class Item(Answer):
    id: str
    text: str
    done: bool


class Card(Answer):
    id: str
    number: str
    board: str = Field(description="The id of its board.")
    project: str = Field(description="The key of its project.")
    segment: str | None
    column: ColumnName
    title: str
    description: str
    owner: Person | None
    contact: Person | None
    due_on: date | None
    checklist: list[Item]
    tickets: list[CardTicket]
    customer_wrote_at: When | None
    created_at: When
    updated_at: When
    done_at: When | None
    cancelled_at: When | None


class Column(ColumnName):
    wip_limit: int | None
    cards_total: int


class FullColumn(Column):
    cards: list[Card] = Field(description="In order; of those that ended only the ones of the last two weeks.")


class Board(Answer):
    id: str
    key: str
    name: str
    columns: list[Column]
    segments: list[Segment]


class FullBoard(Answer):
    id: str
    key: str
    name: str
    columns: list[FullColumn]
    segments: list[Segment]
