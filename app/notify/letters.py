"""Mails the desk sends: worded by their templates, kept in the outbox, sent by a worker."""

import re
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app import clock, desk
from app.channels.outbox import Outgoing
from app.config import settings
from app.db import db
from app.notify import calendar_words, looks, occasions, posting, templates, texts
from app.notify.signing import signed
from app.notify.telling import whom
from app.people.agent import Agent
from app.tickets import conversation
from app.tickets.messages import Message
from app.tickets.opening import SUBJECT
from app.tickets.ticket import Ticket

AUTOMATIC_PER_SENDER_AND_DAY = 10
AGAIN_AFTER = timedelta(days=1)


def reply(message: Message) -> Outgoing | None:
    """Put an agent's reply into the outbox, once; None when the contact has no address mail can be sent to."""
    ticket = db.session.get_one(Ticket, message.ticket_id)
    subject, body = _worded(ticket, "reply", agent=message.author_name, reply=signed(message))
    return posting.post(ticket, message, subject=subject, body=body, automatic=False)


def acknowledgement(ticket: Ticket, opens: datetime | None = None) -> Outgoing | None:
    """Tell the customer that the request arrived, unless a machine wrote it or enough was said already.

    `opens` is when a desk that is closed opens next, as its own clocks show it; the mail says so then.
    """
    reference = f"ack:{ticket.id}"
    if (earlier := posting.kept(reference)) is not None:
        return earlier
    closed = opens is not None and occasions.is_on("out_of_hours")
    occasion = "out_of_hours" if closed else "created"
    if not occasions.is_on(occasion) or not _may_answer(ticket):
        return None
    said = calendar_words.said(opens, ticket.language) if opens is not None else ""
    return automatic(ticket, occasion, reference, by="process:request", opens=said)


def notice(ticket: Ticket, occasion: str, *, by: str) -> Outgoing | None:
    """Tell the customer what became of the request; at most once a day per occasion, and never a machine.

    Raise NotFound for an occasion there is not.
    """
    known = occasions.occasion(occasion)
    if not occasions.is_on(known.key):
        return None
    days = (clock.now(), clock.now() - AGAIN_AFTER)
    today, yesterday = (f"notice:{known.key}:{ticket.id}:{day:%y%m%d}" for day in days)
    earlier = posting.kept(today) or posting.kept(yesterday)
    if earlier is not None and clock.now() - earlier.created_at < AGAIN_AFTER:
        return earlier
    if not _may_answer(ticket):
        return None
    stage = occasions.stages().get(known.key.removeprefix(occasions.STAGE), "")
    return automatic(ticket, known.key, today, by=by, stage=stage)


def survey(ticket: Ticket, survey_id: int, link: str, *, reminder: bool) -> Outgoing | None:
    """Ask the customer how it went; the link only opens a page, the answer is given there."""
    reference = f"survey:{survey_id}:{'reminder' if reminder else 'first'}"
    if (earlier := posting.kept(reference)) is not None:
        return earlier
    stars = texts.stars(ticket.language, f"{settings().public_url}{link}")
    occasion = "rating_reminder" if reminder else "rating"
    return automatic(ticket, occasion, reference, by="process:csat", stars=stars)


def thanks(ticket: Ticket, survey_id: int) -> Outgoing | None:
    """Thank the customer for a good rating, once per survey."""
    reference = f"survey:{survey_id}:thanks"
    if (earlier := posting.kept(reference)) is not None:
        return earlier
    return automatic(ticket, "thanks", reference, by="process:after_rating") if _may_answer(ticket) else None


def manager(ticket: Ticket, about: str) -> list[Outgoing]:
    """Tell who leads the people of a ticket what went wrong."""
    text = (
        f"**{ticket.number}** — {looks.plain(ticket.subject)}\n\n"
        f"{_ABOUT.get(about, about)}\n\n"
        f"[Open the ticket]({settings().public_url}/tickets/{ticket.number})"
    )
    subject = f"{ticket.number}: {_ABOUT.get(about, about)}"
    letters = []
    for agent in whom(ticket):
        reference = f"manager:{about}:{ticket.id}:{agent.id}:{clock.now():%Y%m%d%H}"
        letters.append(colleague(agent, ticket, subject, text, reference))
    return letters


def urgent(ticket: Ticket, agent: Agent) -> Outgoing:
    """Tell somebody on call of an urgent ticket."""
    held = f"{ticket.assignee.name} holds it." if ticket.assignee else "Nobody holds it yet."
    text = (
        f"**{ticket.number}** — {looks.plain(ticket.subject)}\n\n"
        f"This ticket is urgent, and you are on call. {held}\n\n"
        f"[Open the ticket and take it]({settings().public_url}/tickets/{ticket.number})"
    )
    reference = f"urgent:{ticket.id}:{agent.id}:{clock.now():%Y%m%d%H%M}"
    return colleague(agent, ticket, f"Urgent: {ticket.number} {ticket.subject}", text, reference)


def colleague(agent: Agent, ticket: Ticket, subject: str, text: str, reference: str) -> Outgoing:
    """Write to a colleague about a ticket, once per reference; the text is Markdown."""
    letter = posting.letter_to(agent, ticket.department, subject=subject, body=text, about=f"notice:{ticket.id}")
    return posting.to_agent(letter, reference, ticket)


_ABOUT = {
    "breach": "A promised time has passed.",
    "idle": "The customer has been waiting for a long time.",
    "low_rating": "The customer was not satisfied.",
}


def automatic(ticket: Ticket, occasion: str, reference: str, *, by: str, **more: str) -> Outgoing | None:
    """Write the mail of an occasion to the customer; `more` are look-ups of its own."""
    subject, body = _worded(ticket, occasion, **more)
    message = conversation.automatic(ticket, body=body, subject=subject, by=by)
    return posting.post(ticket, message, subject=subject, body=body, automatic=True, reference=reference)


def _worded(ticket: Ticket, occasion: str, **more: str) -> tuple[str, str]:
    """Return subject and Markdown of a mail."""
    text = templates.text_for(occasion, ticket.language, ticket.department.key)
    agent = ticket.assignee.name if ticket.assignee is not None else ""
    values = {
        "name": _first_name(ticket),
        "number": ticket.number,
        "desk": desk.NAME.get(),
        "department": ticket.department.name,
        "subject": ticket.subject,
        "agent": agent,
        **more,
    }
    allowed = occasions.occasion(occasion).names
    values = {name: value for name, value in values.items() if name in allowed}
    return _re_once(looks.line(text.subject, values, SUBJECT)), looks.rendered(text.body, values)


def _may_answer(ticket: Ticket) -> bool:
    first = db.session.scalar(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id).limit(1))
    if first is None or first.kind == "auto" or not ticket.contact.email or not first.answerable:
        return False
    recent = select(func.count()).select_from(Message).join(Ticket, Ticket.id == Message.ticket_id)
    recent = recent.where(
        Ticket.contact_id == ticket.contact_id,
        Message.kind == "auto",
        Message.direction == "out",
        Message.created_at > clock.now() - timedelta(days=1),
    )
    return (db.session.scalar(recent) or 0) < AUTOMATIC_PER_SENDER_AND_DAY


def _re_once(subject: str) -> str:
    """Return a subject that says once that it answers, also where the customer's own says so in another language."""
    rest = subject.removeprefix("Re: ")
    return rest if rest.lower().startswith(("re:", "aw:", "sv:")) else subject


def _first_name(ticket: Ticket) -> str:
    """Return what to call the customer by: `Lopes, Maria` is Maria, and neither a title nor a link is a name."""
    words = ticket.contact.name.split(",")[-1].split()
    return next((word for word in words if _NAME.fullmatch(word) and word.lower() not in _TITLES), "")


_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


_TITLES = {"dr", "prof", "mr", "mrs", "ms", "miss", "herr", "frau", "mme", "m", "sr", "sra", "sir", "dipl-ing", "ing"}
