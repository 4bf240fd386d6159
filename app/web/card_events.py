"""What happened to a card, in words."""

from typing import Any

from flask import Blueprint

from app.db import db
from app.events import Event
from app.people.agent import Agent

blueprint = Blueprint("card_events", __name__)
_SAID = {
    "card.created": "made the card",
    "card.done": "finished it",
    "card.cancelled": "cancelled it",
    "card.reopened": "took it up again",
    "card.ordered": "gave it another place in its column",
    "card.customer_wrote": "noted that the customer wrote",
    "card.read": "read what the customer wrote",
}
_FIELDS = {"title": "the title", "description": "the description", "owner_id": "the owner", "due_on": "the due date"}


@blueprint.app_template_global()
def card_event(event: Event) -> str:
    """Say in a few words what happened."""
    before, after = event.before or {}, event.after or {}
    if event.name == "card.moved":
        return f"moved it from {before.get('column')} to {after.get('column')}"
    if event.name in {"card.linked", "card.unlinked"}:
        verb = "linked" if event.name == "card.linked" else "unlinked"
        return f"{verb} {event.data.get('ticket', 'a ticket')}"
    if event.name == "card.checklist_changed":
        return _checklist(before, after)
    if event.name == "card.changed":
        return "changed " + ", ".join(_change(field, value) for field, value in after.items())
    return _SAID.get(event.name, event.name)


def _checklist(before: dict[str, Any], after: dict[str, Any]) -> str:
    if not after:
        return f"removed “{before.get('item')}”"
    if not before:
        return f"added “{after.get('item')}”"
    return f"{'ticked' if after.get('done') else 'unticked'} “{after.get('item')}”"


def _change(field: str, value: Any) -> str:
    words = _FIELDS.get(field, field)
    if field == "owner_id":
        owner = db.session.get(Agent, value) if value else None
        return f"{words} to {owner.name if owner else 'nobody'}"
    return f"{words} to {value or 'none'}" if field == "due_on" else words
