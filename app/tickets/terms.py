"""The small language of the search box: words, and filters such as `status:open from:ann is:overdue`."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.contacts import Contact, ContactEmail, Organisation
from app.departments import Department
from app.people import Agent
from app.text import one_line
from app.tickets.messages import Message
from app.tickets.ticket import OPEN_STATUSES, Ticket

LONGEST, MOST = 200, 10
_TERM = re.compile(r'(?:(?P<key>[a-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S+))')


@dataclass(frozen=True)
class Search:
    """Who searches: `assignee:me` needs to know."""

    agent: Agent | None = None


Condition = ColumnElement[bool]
_FIRST = select(Organisation.id).where(Organisation.vip)
_states: dict[str, Callable[[], Condition]] = {
    "open": lambda: Ticket.status.in_(OPEN_STATUSES),
    "flagged": lambda: Ticket.flagged != "",
    "vip": lambda: Ticket.contact_id.in_(
        select(Contact.id).where(or_(Contact.vip, Contact.organisation_id.in_(_FIRST)))
    ),
}


def offer(state: str) -> Callable[[Callable[[], Condition]], Callable[[], Condition]]:
    """Let a room above tickets offer `is:<state>`, such as overdue; its function returns the condition on Ticket."""

    def register(condition: Callable[[], Condition]) -> Callable[[], Condition]:
        _states[state] = condition
        return condition

    return register


def conditions(q: str, agent: Agent | None) -> list[Condition]:
    """Return what a ticket must fulfil, one condition per term; the first 200 characters and 10 terms count.

    A value nothing has finds nothing; a word with a colon that is no filter is a word.
    """
    found: list[Condition] = []
    for match in list(_TERM.finditer(one_line(q, LONGEST)))[:MOST]:
        key, value = match["key"], match["quoted"] if match["quoted"] is not None else match["plain"]
        if key in _filters:
            found.append(_filters[key](value.lower(), Search(agent)))
        elif word := (f"{key}:{value}" if key else value):
            found.append(_word(word))
    return found


def _word(word: str) -> Condition:
    said = select(Message.ticket_id).where(
        Message.ticket_id == Ticket.id, or_(_has(Message.body, word), _has(Message.subject, word))
    )
    return or_(_has(Ticket.subject, word), _has(Ticket.number, word), _from(word, Search()), said.exists())


def _from(value: str, _search: Search) -> Condition:
    addresses = select(ContactEmail.contact_id).where(_has(ContactEmail.email, value))
    return Ticket.contact_id.in_(select(Contact.id).where(or_(_has(Contact.name, value), Contact.id.in_(addresses))))


def _assignee(value: str, search: Search) -> Condition:
    if value == "none":
        return Ticket.assignee_id.is_(None)
    if value == "me":
        return Ticket.assignee_id == search.agent.id if search.agent else false()
    named = or_(_has(Agent.name, value), _has(Agent.email, value))
    return Ticket.assignee_id.in_(select(Agent.id).where(named))


def _tag(value: str, _search: Search) -> Condition:
    # A JSON list is text on both databases, and json.dumps wrote it.
    return cast(Ticket.tags, String).contains(json.dumps(value), autoescape=True)


def _has(column: InstrumentedAttribute[str], text: str) -> Condition:
    return column.icontains(text, autoescape=True)


_filters: dict[str, Callable[[str, Search], Condition]] = {
    "status": lambda value, _: Ticket.status == value,
    "priority": lambda value, _: Ticket.priority == value,
    "category": lambda value, _: Ticket.category == value,
    "channel": lambda value, _: Ticket.channel == value,
    "department": lambda value, _: Ticket.department_id.in_(select(Department.id).where(Department.key == value)),
    "from": _from,
    "assignee": _assignee,
    "tag": _tag,
    "is": lambda value, _: _states[value]() if value in _states else false(),
}
