"""Projects and their boards: what is to be delivered, as cards, and the tickets that wait for it."""

from app.cards.board import Column, Project, Segment
from app.cards.card import Card, CardTicket, ChecklistItem
from app.cards.finding import cards_of
from app.cards.finishing import cancel, complete
from app.cards.linking import convert, customer_wrote, link, read, unlink
from app.cards.making import make
from app.cards.placing import Full, move

__all__ = [
    "Card",
    "CardTicket",
    "ChecklistItem",
    "Column",
    "Full",
    "Project",
    "Segment",
    "cancel",
    "cards_of",
    "complete",
    "convert",
    "customer_wrote",
    "link",
    "make",
    "move",
    "read",
    "unlink",
]
