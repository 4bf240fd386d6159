"""What leads to a ticket is seen by whoever sees the ticket: asked by the doors before a view runs, and by lists."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app import engine
from app.channels.outbox import Outgoing
from app.channels.raw import RawMessage
from app.db import db
from app.engine.models import Incident, Instance
from app.errors import NotFound
from app.people import Agent
from app.text import one_line
from app.tickets import finding
from app.tickets.messages import Attachment, Message
from app.tickets.ticket import Ticket
from app.tickets.visible import seen_by, sees, sees_all

IDENTS = {"public_id", "id", "number"}
"""Names of a route's arguments that name a row; what kind of row, its path says."""

NUMBERED = {"cards"}
"""What is named by a number and is no ticket."""

_PREFIX = "ticket:"
_FREE, _HIDDEN = "free", "hidden"  # keys of what is about no ticket: for everybody, for who sees all


def check(agent: Agent, rule: str, arguments: Mapping[str, Any]) -> None:
    """Raise NotFound where a route leads to a ticket the agent does not see, as if there were none.

    `rule` is the route's path with its arguments in angle brackets; a ticket's `number` may stand anywhere in it.
    """
    if sees_all(agent):
        return
    for name, noun in named(rule).items():
        if name not in IDENTS or name not in arguments:
            continue
        lead = LEADS.get("tickets" if name == "number" and noun not in NUMBERED else noun)
        if lead is not None:
            key_of, words = lead
            ident = one_line(str(arguments[name]), 36)
            key = key_of(ident)
            if key is None or not _seen(agent, key):
                raise NotFound(words.format(ident))


def ticket(agent: Agent, number: str) -> Ticket:
    """Return the ticket a form or a body names; raise NotFound, also for one the agent does not see."""
    found = finding.by_number(number)
    if not sees(agent, found):
        raise NotFound(LEADS["tickets"][1].format(one_line(number, 24)))
    return found


def named(rule: str) -> dict[str, str]:
    """Return {argument: the word before it} of a route's path, such as {"public_id": "tasks"}."""
    found, noun = {}, ""
    for part in rule.strip("/").split("/"):
        if part.startswith("<"):
            found[part.strip("<").partition(">")[0].rpartition(":")[2]] = noun
        else:
            noun = part
    return found


def _seen(agent: Agent, key: str) -> bool:
    if not key.startswith(_PREFIX):
        return key != _HIDDEN
    ticket = db.session.get(Ticket, int(key.removeprefix(_PREFIX)))
    return ticket is not None and sees(agent, ticket)


def about(column: InstrumentedAttribute[str], agent: Agent) -> ColumnElement[bool]:
    """Return the condition on the business key of a task or an instance; one about no ticket is for everybody."""
    if sees_all(agent):
        return true()
    is_ticket = column.startswith(_PREFIX)
    ident = case((is_ticket, cast(func.substr(column, len(_PREFIX) + 1), BigInteger)))
    return or_(~is_ticket, select(Ticket.id).where(Ticket.id == ident, seen_by(agent)).exists())


def incidents(agent: Agent) -> ColumnElement[bool]:
    """Return the condition on Incident; what is stuck outside any process is for who sees all."""
    if sees_all(agent):
        return true()
    theirs = select(Instance.id).where(Instance.id == Incident.instance_id, about(Instance.business_key, agent))
    return theirs.exists()


def sent(agent: Agent) -> ColumnElement[bool]:
    """Return the condition on Outgoing; a mail about no ticket is for who sees all."""
    return _carried(Outgoing.ticket_id, agent, false())


def received(agent: Agent) -> ColumnElement[bool]:
    """Return the condition on RawMessage; what no ticket came of is for everybody, so that somebody looks at it."""
    return _carried(RawMessage.ticket_id, agent, RawMessage.ticket_id.is_(None))


def _carried(
    ticket_id: InstrumentedAttribute[int | None], agent: Agent, otherwise: ColumnElement[bool]
) -> ColumnElement[bool]:
    if sees_all(agent):
        return true()
    return or_(otherwise, select(Ticket.id).where(Ticket.id == ticket_id, seen_by(agent)).exists())


def _ticket(number: str) -> str:
    return finding.by_number(number).key


def _task(public_id: str) -> str:
    return engine.task(public_id).business_key


def _instance(public_id: str) -> str | None:
    return _first(select(Instance.business_key).where(Instance.public_id == public_id))


def _message(public_id: str) -> str | None:
    return _key(select(Message.ticket_id).where(Message.public_id == public_id), _HIDDEN)


def _attachment(public_id: str) -> str | None:
    query = select(Message.ticket_id).join(Attachment, Attachment.message_id == Message.id)
    return _key(query.where(Attachment.public_id == public_id), _HIDDEN)


def _incident(public_id: str) -> str | None:
    query = select(Instance.business_key).select_from(Incident).outerjoin(Incident.instance)
    row = db.session.execute(query.where(Incident.public_id == public_id)).first()
    return None if row is None else row[0] or _HIDDEN


def _sent(public_id: str) -> str | None:
    return _key(select(Outgoing.ticket_id).where(Outgoing.public_id == public_id), _HIDDEN)


def _letter(public_id: str) -> str | None:
    return _sent(public_id) or _key(select(RawMessage.ticket_id).where(RawMessage.public_id == public_id), _FREE)


def _key(query: Select[Any], otherwise: str) -> str | None:
    row = db.session.execute(query).first()
    if row is None:
        return None
    return otherwise if row[0] is None else f"{_PREFIX}{row[0]}"


def _first(query: Select[str]) -> str | None:
    return db.session.scalar(query)


LEADS: dict[str, tuple[Callable[[str], str | None], str]] = {
    "tickets": (_ticket, "There is no ticket {}."),
    "tasks": (_task, "There is no such task."),
    "instances": (_instance, "There is no such process instance."),
    "messages": (_message, "There is no such message."),
    "attachments": (_attachment, "There is no such file."),
    "incidents": (_incident, "There is no such incident."),
    "deliveries": (_sent, "There is no such mail."),
    "doubt": (_sent, "There is no such mail."),
    "mailbox": (_letter, "There is no such mail."),
}
"""What a route may name that leads to a ticket, by the word before it in the path: the business key of a row, and what
is said when there is none."""
