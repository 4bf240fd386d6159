"""Mails as the mailbox shows them, whichever way they went."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from app.channels.mail.parse import parse
from app.channels.outbox import Outgoing
from app.channels.raw import RawMessage
from app.db import db
from app.errors import NotFound
from app.paging import Page, paginate
from app.tickets.ticket import Ticket

BOXES = {"sent": "Sent by the desk", "incoming": "Incoming", "quarantine": "Quarantine"}
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


def letters(box: str, page: int) -> tuple[list[Letter], Page[Any]]:
    """Return one page of a box, newest first."""
    if box == "sent":
        sent = paginate(select(Outgoing).options(defer(Outgoing.raw)).order_by(Outgoing.id.desc()), page, PAGE_SIZE)
        return [_of_sent(row) for row in sent.items], sent
    held = RawMessage.state == "quarantined"
    query = select(RawMessage).options(defer(RawMessage.raw)).where(held if box == "quarantine" else ~held)
    came = paginate(query.order_by(RawMessage.id.desc()), page, PAGE_SIZE)
    wanted = RawMessage.id.in_([row.id for row in came.items])
    heads = dict(db.session.execute(select(RawMessage.id, func.substr(RawMessage.raw, 1, HEAD)).where(wanted)).all())
    return [_of_incoming(row, bytes(heads[row.id])) for row in came.items], came


def row(box: str, public_id: str) -> Outgoing | RawMessage:
    """Return the kept mail itself; raise NotFound."""
    model: type[Outgoing] | type[RawMessage] = Outgoing if box == "sent" else RawMessage
    found = db.session.scalar(select(model).where(model.public_id == public_id))
    if found is None:
        raise NotFound("There is no such mail.")
    return found


def opened(box: str, public_id: str) -> tuple[Letter, str]:
    """Return a mail and its words."""
    found = row(box, public_id)
    letter = _of_sent(found) if isinstance(found, Outgoing) else _of_incoming(found, found.raw)
    return letter, parse(found.raw).text


def numbers(shown: list[Letter]) -> dict[int, str]:
    """Return the ticket numbers of mails by ticket id."""
    ids = {letter.ticket_id for letter in shown if letter.ticket_id is not None}
    rows = db.session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(ids)))
    return {ident: number for ident, number in rows}


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
