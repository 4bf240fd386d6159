"""Cards: made, changed, moved, finished."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Literal

from flask import Response
from pydantic import Field

from app import cards
from app.api import asks, auth, card_answers, card_shapes, document, shapes
from app.api.answers import Listed
from app.api.effect import effect
from app.cards import Card, editing, finding
from app.cards.finishing import LONGEST
from app.cards.making import DESCRIPTION, TITLE
from app.errors import Invalid, NotFound
from app.people import permissions
from app.tickets import finding as tickets

blueprint = document.noun("cards", "Pieces of work on a board.")
Title = Field(min_length=1, max_length=TITLE)
Place = Field(None, ge=0, le=100_000, description="How many cards stand in front of it; the end without one.")
Reason = Field("", max_length=asks.LONGEST_REASON, description="Lets a manager exceed the limit of the column.")


class NewCard(asks.Ask):
    project: str = Field(max_length=10, description="The key of the project.")
    title: str = Title
    description: str = Field("", max_length=DESCRIPTION)
    segment: str | None = Field(None, max_length=60, description="PROJECT/segment.")
    column: str | None = Field(None, max_length=36, description="The id of a column; the first one without it.")
    owner: str | None = Field(None, max_length=254, description="The mail address of an agent.")
    due_on: date | None = None
    reason: str = Reason


class Changes(asks.Ask):
    title: str | None = Field(None, min_length=1, max_length=TITLE)
    description: str | None = Field(None, max_length=DESCRIPTION)
    owner: str | None = Field(None, max_length=254, description="The mail address of an agent; null for nobody.")
    due_on: date | None = None


class Placement(asks.Ask):
    column: str = Field(max_length=36, description="The id of a column.")
    position: int | None = Place
    reason: str = Reason


class Completion(asks.Ask):
    answer: str = Field("", max_length=LONGEST, description="What the waiting customer reads beside the usual words.")


class Cancellation(asks.Ask):
    reason: asks.Reason = ""


class Conversion(asks.Ask):
    segment: str | None = Field(None, max_length=60, description="PROJECT/segment.")
    project: str | None = Field(None, max_length=10, description="The key of a project, where no segment is named.")
    title: str = Field("", max_length=TITLE)
    reason: asks.Reason = ""


class Search(asks.Paged):
    project: str = Field("", max_length=10, description="The key of a project.")
    state: Literal["", "open", "done", "cancelled"] = ""
    owner: str = Field("", max_length=254, description="The mail address of an agent.")
    ticket: str = Field("", max_length=24, description="The number of a ticket.")


@blueprint.get("/cards", responses={200: Listed[card_answers.Card]})
def index(query: Search) -> Response:
    """List cards in the order of their boards."""
    project = finding.project_by_key(query.project) if query.project else None
    owner = card_shapes.owner(query.owner)
    page = finding.search(
        query.page,
        query.page_size,
        project=project,
        owner_id=owner.id if owner else None,
        ticket=query.ticket,
        state=query.state,
    )
    return shapes.listed(page, card_shapes.cards).shown()


@blueprint.get("/cards/<id>", responses={200: card_answers.Card})
def show(path: asks.ById) -> Response:
    """Show one card, by its id or number."""
    return card_shapes.card(finding.card(path.id)).shown()


@blueprint.post("/cards", responses={201: card_answers.Card})
@effect(201, card_shapes.card, lambda row: f"{auth.PREFIX}/cards/{row.public_id}")
def create(body: NewCard) -> Card:
    """Put a new card on a board."""
    by = auth.agent().actor
    with _named("project"):
        project = finding.project_by_key(body.project)
    card = cards.make(
        project,
        body.title,
        by=by,
        column=_column(body.column) if body.column else None,
        segment=_segment(body.segment) if body.segment else None,
        description=body.description,
        beyond=_beyond(body.reason),
    )
    editing.give(card, card_shapes.owner(body.owner), by=by)
    editing.set_due(card, body.due_on, by=by)
    return card


@blueprint.patch("/cards/<id>", responses={200: card_answers.Card})
@effect(200, card_shapes.card)
def change(path: asks.ById, body: Changes) -> Card:
    """Change what a card says, its owner or its due date; fields left out stay."""
    card, by, sent = finding.card(path.id), auth.agent().actor, body.model_fields_set
    editing.write(card, by=by, title=body.title, description=body.description)
    if "owner" in sent:
        editing.give(card, card_shapes.owner(body.owner), by=by)
    if "due_on" in sent:
        editing.set_due(card, body.due_on, by=by)
    return card


@blueprint.put("/cards/<id>/column", responses={200: card_answers.Card})
@effect(200, card_shapes.card)
def move(path: asks.ById, body: Placement) -> Card:
    """Move a card; into a column that means done or cancelled this ends it."""
    card = finding.card(path.id)
    beyond = _beyond(body.reason)
    cards.move(card, _column(body.column), by=auth.agent().actor, position=body.position, beyond=beyond)
    return card


@blueprint.post("/cards/<id>/completion", responses={200: card_answers.Card})
@effect(200, card_shapes.card)
def complete(path: asks.ById, body: Completion) -> Card:
    """Finish a card; the customers who wait for it are answered and their tickets closed."""
    card = finding.card(path.id)
    cards.complete(card, by=auth.agent().actor, answer=body.answer)
    return card


@blueprint.post("/cards/<id>/cancellation", responses={200: card_answers.Card})
@effect(200, card_shapes.card)
def cancel(path: asks.ById, body: Cancellation) -> Card:
    """Cancel a card; the tickets that wait for it come back to the inbox."""
    card = finding.card(path.id)
    cards.cancel(card, by=auth.agent().actor, reason=body.reason)
    return card


@blueprint.post("/tickets/<number>/card", responses={201: card_answers.Card})
@effect(201, card_shapes.card, lambda row: f"{auth.PREFIX}/cards/{row.public_id}")
def convert(path: asks.ByNumber, body: Conversion) -> Card:
    """Let a ticket become a card; it waits for delivery from now on."""
    ticket = tickets.by_number(path.number)
    segment = _segment(body.segment) if body.segment else None
    if segment is None and not body.project:
        raise Invalid("Say which board.", {"segment": "is missing, and so is project"})
    with _named("project"):
        project = segment.project if segment else finding.project_by_key(body.project or "")
    return cards.convert(ticket, project, segment=segment, title=body.title, by=auth.agent().actor, reason=body.reason)


@contextmanager
def _named(field: str) -> Iterator[None]:
    """Blame the field: the address of the request itself is right."""
    try:
        yield
    except NotFound as error:
        raise Invalid(error.detail, {field: error.detail}) from None


def _segment(path: str) -> cards.Segment:
    with _named("segment"):
        return finding.segment_at(path)


def _column(public_id: str) -> cards.Column:
    with _named("column"):
        return finding.column(public_id)


def _beyond(reason: str) -> str:
    return reason if permissions.may(auth.agent(), "settings.write") else ""
