"""Dictionaries: the words tickets are sorted by."""

from typing import Any

from flask import Response
from pydantic import BaseModel, Field

from app.api import answers, asks, auth, document, routing_answers, shapes
from app.api.effect import effect
from app.tickets import dictionary, merging_words
from app.tickets.dictionary import Entry
from app.tickets.ticket import Category

blueprint = document.noun("dictionaries", "Categories, types, products and tags.")


class ByKind(BaseModel):
    kind: asks.Name = Field(description="category, type, product or tag.")


class ByWord(ByKind):
    key: asks.Name


class NewWord(asks.Ask):
    name: str = Field(min_length=1, max_length=120)
    key: str = Field("", max_length=40, description="Made from the name if left out; a tag is its own key.")


class ChangedWord(asks.Ask):
    name: str | None = Field(None, min_length=1, max_length=120)
    archived: bool | None = None
    parent: str | None = Field(None, max_length=40, description="Of a category; empty for none.")


class Into(asks.Ask):
    into: str = Field(max_length=40, description="The key of the entry that takes the tickets.")


def _word(row: Entry) -> routing_answers.Word:
    return routing_answers.Word(
        kind=dictionary.kind_of(row),
        key=row.key,
        name=row.name,
        position=row.position,
        archived=row.archived,
        parent=row.parent if isinstance(row, Category) else None,
    )


@blueprint.get("/dictionaries/<kind>", responses={200: answers.Listed[routing_answers.Word]})
def index(path: ByKind, query: asks.Paged) -> Response:
    """List a dictionary in its order, archived words too."""
    return shapes.sliced([_word(row) for row in dictionary.entries(path.kind)], query.page, query.page_size).shown()


@blueprint.post("/dictionaries/<kind>", responses={201: routing_answers.Word})
@effect(201, _word)
def add(path: ByKind, body: NewWord) -> Entry:
    """Add a word; one that is there already stays as it is."""
    return dictionary.add(path.kind, body.key, body.name, by=auth.agent().actor)


@blueprint.put("/dictionaries/<kind>/<key>", responses={200: routing_answers.Word})
@effect(200, _word)
def change(path: ByWord, body: ChangedWord) -> Entry:
    """Rename, archive or (a category) move a word below another; old tickets keep it."""
    row, by = dictionary.entry(path.kind, path.key), auth.agent().actor
    fields: dict[str, Any] = {} if body.archived is None else {"archived": body.archived}
    if path.kind == "category" and "parent" in body.model_fields_set:
        fields["parent"] = body.parent or None
    if body.name is not None and path.kind == "tag":
        merging_words.rename_tag(row, body.name, by=by)
        return dictionary.add("tag", "", body.name, by=by)
    dictionary.change(row, by=by, **fields, **({"name": body.name} if body.name is not None else {}))
    return row


def _merged(told: tuple[str, int]) -> routing_answers.Merged:
    return routing_answers.Merged(into=told[0], tickets=told[1])


@blueprint.post("/dictionaries/<kind>/<key>/merge", responses={200: routing_answers.Merged})
@effect(200, _merged)
def merge(path: ByWord, body: Into) -> tuple[str, int]:
    """Let the tickets of a word be of another, and archive it."""
    row, into = dictionary.entry(path.kind, path.key), dictionary.entry(path.kind, body.into)
    return into.key, merging_words.merge(row, into, by=auth.agent().actor)
