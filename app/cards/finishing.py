"""A card ends: done or cancelled. What follows for its tickets is drawn in `processes/change_request.bpmn`."""

from app.cards.board import Column
from app.cards.card import Card
from app.cards.placing import move
from app.errors import Conflict
from app.text import clean

LONGEST = 20_000


def complete(card: Card, *, by: str, answer: str = "", reason: str = "") -> bool:
    """Put a card into the first column that means done, and record `card.done`; return whether it was not.

    `answer` is what the waiting customers read beside the usual words.
    """
    return _end(card, "done", by, reason, clean(answer, LONGEST).strip())


def cancel(card: Card, *, by: str, reason: str = "") -> bool:
    """Put a card into the first column that means cancelled, and record `card.cancelled`; return whether it was not."""
    return _end(card, "cancelled", by, reason, "")


def _end(card: Card, meaning: str, by: str, reason: str, answer: str) -> bool:
    if card.column.meaning == meaning:
        return False
    column = _column(card, meaning)
    return move(card, column, by=by, position=0, beyond="", reason=reason, answer=answer)


def _column(card: Card, meaning: str) -> Column:
    found = next((one for one in card.project.columns if one.meaning == meaning), None)
    if found is None:
        raise Conflict(f"The board of {card.project.name} has no column for cards that are {meaning}; add one first.")
    return found
