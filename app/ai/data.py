"""The shapes that cross the island's border: plain data in, dataclasses out."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Origin = Literal["model", "local"]
Priority = Literal["low", "medium", "high", "urgent"]
Wish = Literal["shorter", "friendlier", "translate"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
WISHES: tuple[Wish, ...] = get_args(Wish)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a customer asked for, as plain text."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMessage:
    """One message the customer can see; internal notes have no shape here, so they cannot go out."""

    text: str
    from_customer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published knowledge article."""

    title: str
    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """A prepared reply, its variables already filled in."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedTicket:
    """The answer that solved another ticket; it never goes to a model, and what is personal in it never to a draft."""

    number: str
    subject: str
    answer: str
    customer_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketContext:
    """The public part of one ticket, oldest message first, and what the desk has to answer it with."""

    subject: str
    messages: tuple[PublicMessage, ...]
    customer_name: str = ""
    agent_name: str = ""
    department: str = ""
    base_url: str = ""
    articles: tuple[Article, ...] = ()
    canned: tuple[CannedReply, ...] = ()
    solved: tuple[SolvedTicket, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that might resemble a ticket: an article, a solved ticket."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A candidate and how near it is, 0 to 1."""

    id: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """A proposed category key, priority, language (ISO 639, `und` when unknown) and confidence from 0 to 1."""

    category: str
    priority: Priority
    confidence: float
    language: str
    reason: str
    source: Origin
    model: str
    prompt_version: str
    note: str = ""
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSource:
    """What a draft was made from; `ref` is the URL of an article or the number of a ticket."""

    kind: Literal["article", "canned", "ticket"]
    title: str
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A proposed reply in plain text; a person reads, changes and sends it."""

    text: str
    source: Origin
    model: str
    prompt_version: str
    language: str = ""
    sources: list[DraftSource] = field(default_factory=list)
    note: str = ""
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a ticket is about, in at most three lines of plain text."""

    text: str
    source: Origin
    model: str
    prompt_version: str
    note: str = ""
    tokens: int = 0
