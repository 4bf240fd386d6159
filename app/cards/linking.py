"""Tickets and cards belong together: by a link, or because the ticket became the card."""

from app import clock
from app.ai.local.language import UNKNOWN, detect
from app.cards.board import Project, Segment
from app.cards.card import Card, CardTicket
from app.cards.changes import hold, hold_board, touch
from app.cards.finding import cards_of
from app.cards.making import TITLE, make
from app.db import db
from app.errors import Conflict
from app.text import one_line
from app.tickets import changes, conversation, status
from app.tickets.ticket import OPEN_STATUSES, Ticket

DELIVERY = "delivery"
BEYOND = "A customer's change request is never refused for want of room."


def convert(
    ticket: Ticket,
    project: Project,
    *,
    by: str,
    segment: Segment | None = None,
    title: str = "",
    handled: bool = True,
    reason: str = "",
) -> Card:
    """Return the card a ticket becomes, made unless it waits for one already, and record `ticket.converted`.

    The ticket waits for delivery until the card is done or cancelled. `handled` says whether the ticket was filed
    and given to somebody before: if the card is cancelled it goes back to them, else through the inbox.
    Raise Conflict for a ticket that is not open.
    """
    changes.hold(ticket)
    waiting = next((link.card for link in cards_of(ticket) if link.link.waits), None)
    if waiting is not None:
        return waiting
    if ticket.status not in OPEN_STATUSES:
        raise Conflict(f"{ticket.number} is {ticket.status}; reopen it before it becomes a card.")
    ticket.language = ticket.language or _spoken(ticket)
    card = make(
        project,
        title or _title(ticket, segment),
        by=by,
        segment=segment,
        description=_first_words(ticket),
        contact=ticket.contact,
        beyond=BEYOND,
    )
    db.session.add(CardTicket(card_id=card.id, ticket_id=ticket.id, waits=True))
    db.session.flush()
    db.session.expire(card, ["links"])
    status.change(ticket, "waiting", by=by, wait_reason=DELIVERY, reason=reason or f"Became card {card.number}")
    changes.touch(
        ticket,
        "ticket.converted",
        by=by,
        reason=reason,
        after={"card": card.number},
        data={"ticket": ticket.id, "card": card.id, "handled": handled},
    )
    return card


def link(card: Card, ticket: Ticket, *, by: str) -> bool:
    """Link a ticket to a card it does not wait for, and record `card.linked`; return whether that is new."""
    changes.hold(ticket)
    hold_board(card.project)
    if db.session.get(CardTicket, (card.id, ticket.id)) is not None:
        return False
    db.session.add(CardTicket(card_id=card.id, ticket_id=ticket.id))
    _linked(card, ticket, "card.linked", by)
    return True


def unlink(card: Card, ticket: Ticket, *, by: str) -> bool:
    """Take a link away and record `card.unlinked`; return whether there was one.

    Raise Conflict for a ticket that waits for the card: cancel the card, or set the ticket's status.
    """
    hold(card)
    found = db.session.get(CardTicket, (card.id, ticket.id))
    if found is None:
        return False
    if found.waits and ticket.status == "waiting" and ticket.wait_reason == DELIVERY:
        raise Conflict(f"{ticket.number} waits for this card; cancel the card to give it back.")
    db.session.delete(found)
    _linked(card, ticket, "card.unlinked", by)
    return True


def customer_wrote(card: Card, ticket: Ticket, *, by: str) -> None:
    """Note on a card that a customer who waits for it wrote, and record `card.customer_wrote` for that ticket.

    The card's other tickets are left alone: the process of this one is in hand, and they come before it.
    """
    changes.hold(ticket)
    hold_board(card.project)
    db.session.expire(card)
    card.customer_wrote_at = clock.now()
    touch(card, "card.customer_wrote", by=by, data={"ticket": ticket.number}, ticket_id=ticket.id)


def read(card: Card, *, by: str) -> bool:
    """Note that somebody looked at what the customer wrote; return whether there was anything."""
    hold(card)
    if card.customer_wrote_at is None:
        return False
    card.customer_wrote_at = None
    touch(card, "card.read", by=by)
    return True


def _linked(card: Card, ticket: Ticket, name: str, by: str) -> None:
    db.session.flush()
    db.session.expire(card, ["links"])
    touch(card, name, by=by, data={"ticket": ticket.number})


def _title(ticket: Ticket, segment: Segment | None) -> str:
    """Return the subject, without the prefix that only said where it goes."""
    subject = ticket.subject
    if segment is not None and segment.prefix and subject.lower().startswith(segment.prefix):
        subject = subject[len(segment.prefix) :]
    return one_line(subject.lstrip(" :-–"), TITLE) or ticket.number


def _spoken(ticket: Ticket) -> str:
    # A change request is not classified, and what it says when it is done is said in the customer's language.
    found = ticket.contact.language or detect(_first_words(ticket))
    return "" if found == UNKNOWN else found


def _first_words(ticket: Ticket) -> str:
    first = next(iter(conversation.conversation(ticket, limit=1)), None)
    return first.body if first is not None else ""
