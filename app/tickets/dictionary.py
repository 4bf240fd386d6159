"""Dictionaries of the desk: categories, types, products, tags; each ordered, what is no longer used archived."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app import events
from app.amending import amend
from app.db import db
from app.errors import Invalid, NotFound
from app.once import insert_once
from app.text import one_line
from app.tickets.ticket import Category, Word

KINDS = ("category", "type", "product", "tag")
MOST = 500
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
Entry = Category | Word


@dataclass(frozen=True)
class Node:
    """A category with those below it."""

    entry: Entry
    depth: int


def entries(kind: str, *, archived: bool = True) -> list[Entry]:
    """Return a dictionary in its order; raise NotFound for an unknown one."""
    if _known(kind) == "category":
        found: list[Entry] = list(db.session.scalars(select(Category).order_by(Category.position, Category.name)))
    else:
        words = select(Word).where(Word.kind == kind).order_by(Word.position, Word.name, Word.key)
        found = list(db.session.scalars(words))
    return found if archived else [entry for entry in found if not entry.archived]


def entry(kind: str, key: str) -> Entry:
    """Return one entry; raise NotFound."""
    found = _find(kind, key)
    if found is None:
        raise NotFound(f"There is no {_known(kind)} {one_line(key, 41)!r}.")
    return found


def add(kind: str, key: str, name: str, *, by: str) -> Entry:
    """Return the entry with this key, added at the end if new; raise Invalid naming an unusable field.

    Without a key it is made from the name. A tag is its own name.
    """
    name = one_line(name, 121)
    key = _tag(key or name) if kind == "tag" else (one_line(key, 41) or _key_from(name))
    if kind != "tag" and not _KEY.fullmatch(key):
        raise Invalid(f"{key!r} is no key of a {kind}.", {"key": "must be lower-case letters, digits, - and _"})
    _named(name or key)
    if (known := _find(kind, key)) is not None:
        return known
    place = len(entries(kind))
    if place >= MOST:
        raise Invalid(f"There are {place} of these already.", {"name": f"is one more than the {MOST} there can be"})
    row = _row(kind, key, name or key, place)
    if insert_once(row):
        after = {"name": row.name}
        events.record(
            "category.added" if kind == "category" else "word.added", by=by, subject=_subject(row), after=after
        )
    return entry(kind, key)


def change(row: Entry, *, by: str, **fields: Any) -> bool:
    """Change name, archived or (of a category) parent; return whether anything did. Raise Invalid naming a field."""
    if "name" in fields:
        fields["name"] = _named(one_line(fields["name"], 121))
    if fields.get("parent"):
        _check_parent(row, str(fields["parent"]))
    name = "category.changed" if isinstance(row, Category) else "word.changed"
    return amend(row, fields, name, by=by, subject=_subject(row))


def move(row: Entry, step: int, *, by: str) -> bool:
    """Move an entry up (-1) or down (1) among those that are in use; return whether it moved."""
    kind = kind_of(row)
    order = [one for one in entries(kind) if one.archived == row.archived]
    at = next(place for place, one in enumerate(order) if one is row)
    to = at + step
    if not 0 <= to < len(order):
        return False
    order[at], order[to] = order[to], order[at]
    name = "category.changed" if kind == "category" else "word.changed"
    for place, one in enumerate(order):
        amend(one, {"position": place}, name, by=by, subject=_subject(one))
    return True


def kind_of(row: Entry) -> str:
    """Return which dictionary an entry is in."""
    return "category" if isinstance(row, Category) else row.kind


def tree() -> list[Node]:
    """Return the categories in their order, each with those below it right after it."""
    found = entries("category")
    below: dict[str | None, list[Entry]] = {}
    for one in found:
        below.setdefault(one.parent if isinstance(one, Category) else None, []).append(one)

    def under(key: str | None, depth: int) -> list[Node]:
        return [n for one in below.get(key, ()) for n in (Node(one, depth), *under(one.key, depth + 1))]

    return under(None, 0)


def _check_parent(row: Entry, parent: str) -> None:
    above: str | None = parent
    for _ in range(MOST):
        if above is None:
            return
        if above == row.key:
            raise Invalid("A category cannot be below itself.", {"parent": "is below this category"})
        found = _find("category", above)
        if not isinstance(found, Category):
            raise Invalid(f"There is no category {above!r}.", {"parent": "is unknown"})
        above = found.parent


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise NotFound(f"There is no dictionary {one_line(kind, 20)!r}; there are {', '.join(KINDS)}.")
    return kind


def _find(kind: str, key: str) -> Entry | None:
    key = one_line(key, 41)
    return db.session.get(Category, key) if _known(kind) == "category" else db.session.get(Word, (kind, key))


def _row(kind: str, key: str, name: str, position: int) -> Entry:
    if kind == "category":
        return Category(key=key, name=name, position=position)
    return Word(kind=kind, key=key, name=name, position=position)


def _subject(row: Entry) -> str:
    return f"category:{row.key}" if isinstance(row, Category) else f"{row.kind}:{row.key}"


def _named(name: str) -> str:
    if not 1 <= len(name) <= 120:
        raise Invalid("An entry needs a name.", {"name": "must have 1 to 120 characters"})
    return name


def _key_from(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")


def _tag(text: str) -> str:
    tag = one_line(text, 41).lower()
    if not 1 <= len(tag) <= 40 or "," in tag:
        raise Invalid("This is no tag.", {"name": "must have 1 to 40 characters and no comma"})
    return tag


def in_use(kind: str) -> int:
    """Return how many entries of a dictionary are in use."""
    table = Category if _known(kind) == "category" else Word
    mine = () if kind == "category" else (Word.kind == kind,)
    return db.session.scalar(select(func.count()).select_from(table).where(*mine, table.archived.is_(False))) or 0
