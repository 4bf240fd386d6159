"""Mails as the mailbox shows them, whichever way they went."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from app import deliveries, sight
from app.channels.mail.model import ParsedMail
from app.channels.mail.parse import parse
from app.channels.outbox import Outgoing
from app.channels.raw import RawMessage
from app.db import db
from app.errors import NotFound
from app.paging import Page, paginate
from app.people import Agent

BOXES = {"sent": "Sent by the desk", "doubt": "In doubt", "incoming": "Incoming", "quarantine": "Quarantine"}
OUTGOING = {"sent", "doubt"}
PAGE_SIZE = 50
HEAD = 16_384
"""Bytes of a raw mail that its line in the list is read from."""


@dataclass(frozen=True)
class Letter:
    """One mail. `problem` says why it was held, failed or left aside."""

    public_id: str
    at: datetime
    sender: str
    recipients: str
    subject: str
    state: str
    problem: str
    ticket_id: int | None


def letters(box: str, page: int, reader: Agent) -> tuple[list[Letter], Page[Any]]:
    """Return one page of a box as a reader sees it, newest first; what is in doubt, oldest first."""
    if box in OUTGOING:
        every = select(Outgoing).options(defer(Outgoing.raw)).order_by(Outgoing.id.desc())
        wanted = deliveries.in_doubt() if box == "doubt" else every
        sent = paginate(wanted.where(sight.sent(reader)), page, PAGE_SIZE)
        return [_of_sent(row) for row in sent.items], sent
    held = RawMessage.state == "quarantined"
    query = (
        select(RawMessage)
        .options(defer(RawMessage.raw))
        .where(held if box == "quarantine" else ~held, sight.received(reader))
    )
    came = paginate(query.order_by(RawMessage.id.desc()), page, PAGE_SIZE)
    shown = RawMessage.id.in_([row.id for row in came.items])
    cut = db.session.execute(select(RawMessage.id, func.substr(RawMessage.raw, 1, HEAD)).where(shown))
    heads = {ident: bytes(head) for ident, head in cut}
    return [_of_incoming(row, heads[row.id]) for row in came.items], came


def row(box: str, public_id: str) -> Outgoing | RawMessage:
    """Return the kept mail itself; raise NotFound."""
    if box in OUTGOING:
        return deliveries.by_public_id(public_id)
    found = db.session.scalar(select(RawMessage).where(RawMessage.public_id == public_id))
    if found is None:
        raise NotFound("There is no such mail.")
    return found


def opened(box: str, public_id: str) -> tuple[Letter, ParsedMail]:
    """Return a mail and what was read from it."""
    found = row(box, public_id)
    letter = _of_sent(found) if isinstance(found, Outgoing) else _of_incoming(found, found.raw)
    return letter, parse(found.raw)


def _of_sent(row: Outgoing) -> Letter:
    recipients = ", ".join(map(str, row.recipients))
    return Letter(
        row.public_id, row.created_at, row.sender, recipients, row.subject, row.state, row.error, row.ticket_id
    )


def _of_incoming(row: RawMessage, raw: bytes) -> Letter:
    mail = parse(raw)
    sender = f"{mail.from_.name} <{mail.from_.email}>" if mail.from_.name else mail.from_.email or row.mail_from
    recipients = ", ".join(map(str, row.rcpt_to)) or ", ".join(address.email for address in mail.to)
    return Letter(
        row.public_id, row.received_at, sender, recipients, mail.subject, row.state, row.problem, row.ticket_id
    )
