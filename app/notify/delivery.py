"""Mails about cards: to the customer when one is done, to its owner when the customer writes meanwhile."""

from app.channels.outbox import Outgoing
from app.config import settings
from app.notify import letters, occasions, posting
from app.notify.telling import whom
from app.people.agent import Agent
from app.tickets.ticket import Ticket


def delivered(ticket: Ticket, *, card: int, answer: str) -> Outgoing | None:
    """Tell the customer that what they asked for is done, once per card; `answer` is what was written for them."""
    reference = f"delivered:{card}:{ticket.id}"
    if (earlier := posting.kept(reference)) is not None:
        return earlier
    if not occasions.is_on("delivered"):
        return None
    return letters.automatic(ticket, "delivered", reference, by="process:change_request", answer=answer)


def written_meanwhile(ticket: Ticket, message: int, *, owner: Agent | None, card: str) -> list[Outgoing]:
    """Tell the owner of a card that a customer who waits for it wrote; without one, who leads the desk."""
    people = [owner] if owner is not None and owner.active else whom(ticket)
    subject = f"{card}: the customer wrote about “{ticket.subject}”"
    text = (
        f"**{card}** is what {ticket.number} waits for, and the customer has just written.\n\n"
        f"[Open the card]({settings().public_url}/cards/{card})"
    )
    return [letters.colleague(agent, ticket, subject, text, f"card_message:{message}:{agent.id}") for agent in people]
