"""What every change of a card has in common: tickets, then the board, are held while it is made, and it is recorded."""

from typing import Any

from sqlalchemy import select

from app import clock, events
from app.cards.board import Project
from app.cards.card import Card, CardTicket
from app.db import db
from app.errors import Conflict
from app.tickets import changes


def hold(card: Card) -> None:
    """Lock a card's tickets and its board until the transaction ends, and see the card as it is now.

    Tickets come first, as everywhere (docs/architecture.md, Lock order). Raise Conflict where a ticket was linked at
    this very moment.
    """
    known = _ticket_ids(card)
    if known:
        changes.hold_all(known, False)
    hold_board(card.project)
    db.session.expire(card)  # its column and links too: somebody may have moved it while this one waited
    if _ticket_ids(card) - known:
        raise Conflict("Somebody linked a ticket to this card just now; try again.")


def hold_board(project: Project) -> None:
    """Lock a board: its cards, their order and their numbers change one at a time."""
    changes.hold(project)
    db.session.expire(project, ["columns", "segments"])


def touch(
    card: Card,
    name: str,
    *,
    by: str,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    ticket_id: int | None = None,
) -> None:
    """Record what happened to a card, once for each of its tickets so that their processes hear of it, or for one."""
    card.updated_at = clock.now()
    card.project.revision += 1
    heard: list[int | None] = [ticket_id] if ticket_id is not None else [*sorted(_ticket_ids(card))]
    for one in heard or [None]:
        events.record(
            name,
            by=by,
            subject=card.key,
            ticket_id=one,
            reason=reason,
            before=before,
            after=after,
            data={"card": card.id, **(data or {})},
        )


def _ticket_ids(card: Card) -> set[int]:
    return set(db.session.scalars(select(CardTicket.ticket_id).where(CardTicket.card_id == card.id)))
