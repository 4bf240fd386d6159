"""Where a card stands: its column and its place in it."""

from collections.abc import Iterable

from sqlalchemy import func, select

from app import clock, events
from app.cards.board import Column
from app.cards.card import Card
from app.cards.changes import hold, touch
from app.db import db
from app.errors import Conflict, Invalid

GAP = 1 << 20
_EVENTS = {"open": "card.reopened", "done": "card.done", "cancelled": "card.cancelled"}


class Full(Conflict):
    """The column holds as many cards as it should."""

    title = "Column is full"


def move(
    card: Card,
    column: Column,
    *,
    by: str,
    position: int | None = None,
    before: Card | None = None,
    beyond: str = "",
    reason: str = "",
    answer: str = "",
) -> bool:
    """Put a card into a column, in front of another card or at a position from 0, else at the end; return whether it
    moved.

    Recorded is `card.ordered` within a column, else `card.moved` and with it `card.done`, `card.cancelled` or
    `card.reopened` where the column means another thing than the one before. Raise Full where the column's limit is
    reached and `beyond` gives no reason to exceed it; Invalid for a column of another board.
    """
    if column.project_id != card.project_id:
        raise Invalid("This column is on another board.", {"column": "is on another board"})
    hold(card)
    left = card.column
    beyond = check_room(column, beyond) if left.id != column.id else ""
    others = _others(card, column)
    place = _place(others, position, before)
    if left.id == column.id and _stands(card, others, place):
        return False
    card.position = _between(others, place)
    if left.id == column.id:
        card.project.revision += 1
        events.record("card.ordered", by=by, subject=card.key, reason=reason, after={"column": column.name})
        return True
    card.column, card.column_id = column, column.id
    _settle(card, left, by, "; ".join(filter(None, (reason, beyond))), answer)
    return True


def check_room(column: Column, beyond: str = "") -> str:
    """Return `beyond`, the reason to exceed a column's limit, where that is reached; raise Full without one."""
    if column.wip_limit is None or column.meaning != "open":
        return ""
    held = db.session.scalar(select(func.count()).where(Card.column_id == column.id)) or 0
    if held < column.wip_limit:
        return ""
    if not beyond.strip():
        raise Full(
            f"“{column.name}” holds {held} of at most {column.wip_limit} cards. Finish or move one of them first; "
            "a manager may exceed the limit with a reason."
        )
    return beyond


def at_the_end(column: Column) -> int:
    """Return the position behind the last card of a column."""
    return (db.session.scalar(select(func.max(Card.position)).where(Card.column_id == column.id)) or 0) + GAP


def _others(card: Card, column: Column) -> list[Card]:
    query = select(Card).where(Card.column_id == column.id, Card.id != card.id).order_by(Card.position, Card.id)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


def _place(others: list[Card], position: int | None, before: Card | None) -> int:
    """Return how many of the others stand in front; a card that went elsewhere meanwhile is no landmark any more."""
    if before is not None and before in others:
        return others.index(before)
    return len(others) if position is None else max(0, min(position, len(others)))


def _stands(card: Card, others: Iterable[Card], place: int) -> bool:
    return sum((one.position, one.id) < (card.position, card.id) for one in others) == place


def _between(others: list[Card], place: int) -> int:
    """Return a position between two neighbours; where there is none left, all of the column are spread anew."""
    if not others:
        return GAP
    if place == 0:
        return others[0].position - GAP
    if place == len(others):
        return others[-1].position + GAP
    low, high = others[place - 1].position, others[place].position
    if high - low < 2:
        for rank, one in enumerate(others):
            one.position = (rank + 1) * GAP
        low, high = others[place - 1].position, others[place].position
    return (low + high) // 2


def _settle(card: Card, left: Column, by: str, reason: str, answer: str) -> None:
    now, meaning = clock.now(), card.column.meaning
    card.done_at = now if meaning == "done" else None
    card.cancelled_at = now if meaning == "cancelled" else None
    if answer:
        card.answer = answer
    was, after = {"column": left.name}, {"column": card.column.name}
    told = {"column": card.column.name, "meaning": meaning}
    touch(card, "card.moved", by=by, reason=reason, before=was, after=after, data=told)
    if meaning != left.meaning:
        touch(card, _EVENTS[meaning], by=by, reason=reason, before=was, after=after)
    if meaning != "open":
        for link in card.links:
            link.waits = False
