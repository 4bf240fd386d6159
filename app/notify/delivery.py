"""Mails about cards: to the customer when one is done, to its owner when the customer writes meanwhile."""

import re

from app import desk
from app.channels.outbox import Outgoing
from app.config import settings
from app.notify import letters, texts
from app.notify.managers import whom
from app.options import Option
from app.people.agent import Agent
from app.text import clean
from app.tickets import conversation
from app.tickets.ticket import Ticket

PLACES = ("name", "number", "subject", "answer", "desk")
_PLACE = re.compile(r"( ?)\{\{\s*([^{}]*?)\s*\}\}")
_LONGEST = 4_000


def _template(value: object) -> str:
    text = clean(str(value), _LONGEST + 1).replace("\r\n", "\n").strip()
    if len(text) > _LONGEST:
        raise ValueError(f"must have at most {_LONGEST} characters")
    for _, name in _PLACE.findall(text):
        if name not in PLACES:
            raise ValueError(f"cannot say {{{{ {name} }}}}; use {', '.join(PLACES)}")
    return text


DELIVERED: dict[str, Option[str]] = {
    language: Option(f"notify.delivered_{language}", str, _template) for language in texts.LANGUAGES
}
"""What the customer reads when a card is done, by language; the words of `texts` where it is empty."""


def delivered(ticket: Ticket, *, card: int, answer: str) -> Outgoing | None:
    """Tell the customer that what they asked for is done, once per card; `answer` is what was written for them."""
    reference = f"delivered:{card}:{ticket.id}"
    if (earlier := letters.kept(reference)) is not None:
        return earlier
    option = DELIVERED.get(ticket.language, DELIVERED["en"])
    template = option.get() or texts.delivered(ticket.language)
    said = {
        "name": letters.first_name(ticket),
        "number": ticket.number,
        "subject": texts.plain(ticket.subject),
        "answer": answer,
        "desk": desk.NAME.get(),
    }
    # What is empty takes the blank before it along, and its paragraph.
    filled = _PLACE.sub(lambda match: match[1] + said[match[2]] if said[match[2]] else "", template)
    text = re.sub(r"\n{3,}", "\n\n", filled).strip()
    subject = letters.re_subject(ticket.subject)
    message = conversation.automatic(ticket, body=text, subject=subject, by="process:change_request")
    return letters.post(ticket, message, subject=subject, body=text, automatic=True, reference=reference)


def written_meanwhile(ticket: Ticket, message: int, *, owner: Agent | None, card: str) -> list[Outgoing]:
    """Tell the owner of a card that a customer who waits for it wrote; without one, who leads the desk."""
    people = [owner] if owner is not None and owner.active else whom(ticket)
    subject = f"{card}: the customer wrote about “{ticket.subject}”"
    text = (
        f"**{card}** is what {ticket.number} waits for, and the customer has just written.\n\n"
        f"[Open the card]({settings().public_url}/cards/{card})"
    )
    found = []
    for agent in people:
        reference = f"card_message:{message}:{agent.id}"
        found.append(letters.kept(reference) or letters.letter_to(agent, ticket, subject, text, reference))
    return found


def all_delivered() -> dict[str, str]:
    """Return the built-in words by language."""
    return {language: texts.delivered(language) for language in DELIVERED}
