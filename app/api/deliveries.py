"""Mails that failed or may not have arrived: seen and decided by a person."""

from collections.abc import Sequence
from typing import Literal

from flask import Response
from pydantic import Field
from sqlalchemy import select

from app import deliveries, sight
from app.api import answers, asks, auth, document, shapes
from app.api.effect import effect
from app.channels.outbox import Outgoing
from app.db import db
from app.paging import paginate
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

blueprint = document.noun("deliveries", "Mails that failed or may not have arrived.")


class Wanted(asks.Paged):
    state: Literal["unknown", "failed"] | None = Field(None, description="Only these; both without it.")


class Decision(asks.Ask):
    outcome: Literal["arrived", "again"] = Field(description="It arrived after all, or shall be sent again.")


def _one(row: Outgoing) -> answers.Delivery:
    return _shapes([row])[0]


@blueprint.get("/deliveries", responses={200: answers.Listed[answers.Delivery]})
def index(query: Wanted) -> Response:
    """List the mails a person has to look at, the longest waiting first."""
    wanted = deliveries.in_doubt(*([query.state] if query.state else []))
    wanted = wanted.where(sight.sent(auth.agent()))
    return shapes.listed(paginate(wanted, query.page, query.page_size), _shapes).shown()


@blueprint.put("/deliveries/<id>", responses={200: answers.Delivery})
@effect(200, _one)
def decide(path: asks.ById, body: Decision) -> Outgoing:
    """Say that it arrived, or send it again under the same Message-ID; 409 when it is not in doubt any more."""
    verb = deliveries.confirm if body.outcome == "arrived" else deliveries.send_again
    return verb(deliveries.by_public_id(path.id), by=auth.agent().actor)


def _shapes(rows: Sequence[Outgoing]) -> list[answers.Delivery]:
    tickets = select(Ticket.id, Ticket.number).where(Ticket.id.in_([row.ticket_id for row in rows]))
    messages = select(Message.id, Message.public_id).where(Message.id.in_([row.conversation_id for row in rows]))
    numbers = {row.id: row.number for row in db.session.execute(tickets)}
    carried = {row.id: row.public_id for row in db.session.execute(messages)}
    return [
        answers.Delivery(
            id=row.public_id,
            state=row.state,
            note=row.error,
            ticket=numbers.get(row.ticket_id) if row.ticket_id is not None else None,
            message=carried.get(row.conversation_id) if row.conversation_id is not None else None,
            message_id=row.message_id,
            recipients=[str(address) for address in row.recipients],
            subject=row.subject,
            attempts=row.attempts,
            created_at=row.created_at,
        )
        for row in rows
    ]
