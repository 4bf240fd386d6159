"""What a card says, who owns it, when it is due, and its checklist."""

from datetime import date
from typing import Any

from app.cards.card import Card, ChecklistItem
from app.cards.changes import hold, touch
from app.cards.making import DESCRIPTION, TITLE
from app.db import db
from app.errors import Invalid
from app.people import Agent
from app.text import clean, one_line

ITEM = 300
MOST_ITEMS = 200


def write(card: Card, *, by: str, title: str | None = None, description: str | None = None) -> bool:
    """Change what a card says and record `card.changed`; what is None stays. Return whether anything changed."""
    fields: dict[str, Any] = {}
    if title is not None:
        fields["title"] = one_line(title, TITLE)
        if not fields["title"]:
            raise Invalid("A card needs a title.", {"title": "is empty"})
    if description is not None:
        fields["description"] = clean(description, DESCRIPTION).replace("\r\n", "\n").strip()
    return _put(card, fields, by)


def give(card: Card, owner: Agent | None, *, by: str) -> bool:
    """Make an agent the owner of a card, or nobody, and record `card.changed`; return whether that is new.

    Raise Invalid for an agent who has left.
    """
    if owner is not None and not owner.active:
        raise Invalid(f"{owner.name} no longer works here.", {"owner": "is not active"})
    if not _put(card, {"owner_id": owner.id if owner else None}, by):
        return False
    db.session.expire(card, ["owner"])
    return True


def set_due(card: Card, due_on: date | None, *, by: str) -> bool:
    """Set the day a card is due, or none, and record `card.changed`; return whether that is new."""
    return _put(card, {"due_on": due_on}, by)


def add_item(card: Card, text: str, *, by: str) -> ChecklistItem:
    """Add a line to the checklist and record `card.checklist_changed`; raise Invalid for an empty one or too many."""
    text = one_line(text, ITEM)
    if not text:
        raise Invalid("There is nothing to check.", {"text": "is empty"})
    hold(card)
    if len(card.checklist) >= MOST_ITEMS:
        raise Invalid("The checklist is full.", {"text": f"is one of more than {MOST_ITEMS}"})
    item = ChecklistItem(card_id=card.id, text=text)
    db.session.add(item)
    db.session.flush()
    _checked(card, by, None, {"item": text, "done": False})
    return item


def check(card: Card, item: ChecklistItem, done: bool, *, by: str) -> bool:
    """Tick a line of the checklist, or take the tick off; return whether it changed."""
    hold(card)
    db.session.refresh(item)
    if item.done == done:
        return False
    item.done = done
    _checked(card, by, {"item": item.text, "done": not done}, {"item": item.text, "done": done})
    return True


def drop_item(card: Card, item: ChecklistItem, *, by: str) -> None:
    """Take a line off the checklist."""
    hold(card)
    before = {"item": item.text, "done": item.done}
    db.session.delete(item)
    db.session.flush()
    _checked(card, by, before, None)


def _checked(card: Card, by: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    db.session.expire(card, ["checklist"])
    touch(card, "card.checklist_changed", by=by, before=before, after=after)


def _put(card: Card, fields: dict[str, Any], by: str) -> bool:
    hold(card)
    changed = {name: value for name, value in fields.items() if getattr(card, name) != value}
    if not changed:
        return False
    before = {name: _plain(getattr(card, name)) for name in changed}
    for name, value in changed.items():
        setattr(card, name, value)
    after = {name: _plain(value) for name, value in changed.items()}
    touch(card, "card.changed", by=by, before=before, after=after)
    return True


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
