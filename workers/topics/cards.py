"""Operations on cards."""

from typing import Any

from app import cards, notify
from app.cards import finding as boards
from app.engine import topic
from app.tickets import finding
from workers import post

BY = "process:change_request"


@topic("cards.create", returns={"card": int})
def create(ticket: int, segment: str) -> dict[str, Any]:
    """Put a change request on the board of its segment, once; the ticket then waits for the card."""
    wanted = boards.segment_at(segment)
    found = finding.by_id(ticket)
    card = cards.convert(found, wanted.project, segment=wanted, handled=False, by="process:request")
    return {"card": card.id}


@topic("cards.tell")
def tell(ticket: int, card: int, message: int) -> None:
    """Note on a card that the customer wrote, and mail its owner."""
    found, about = boards.by_id(card), finding.by_id(ticket)
    cards.customer_wrote(found, about, by=BY)
    owner = found.owner or about.assignee
    for letter in notify.written_meanwhile(about, message, owner=owner, card=found.number):
        post.queue(letter)


@topic("cards.answer", returns={"outgoing": int})
def answer(ticket: int, card: int) -> dict[str, Any]:
    """Tell the customer that their card is done, once."""
    found = boards.by_id(card)
    return post.queue(notify.delivered(finding.by_id(ticket), card=card, answer=found.answer))
