"""How boards and cards become answers."""

from collections.abc import Sequence
from typing import Any

from app import people
from app.api import auth
from app.api import card_answers as answers
from app.api.shapes import person
from app.cards import Card, Column, Project
from app.cards.finding import Lane, lanes
from app.errors import Invalid
from app.people import Agent
from app.tickets.visible import sees


def card(row: Card) -> answers.Card:
    return answers.Card(
        id=row.public_id,
        number=row.number,
        board=row.project.public_id,
        project=row.project.key,
        segment=row.segment.path if row.segment else None,
        column=_name(row.column),
        title=row.title,
        description=row.description,
        owner=person(row.owner) if row.owner else None,
        contact=person(row.contact) if row.contact else None,
        due_on=row.due_on,
        checklist=[answers.Item(id=one.public_id, text=one.text, done=one.done) for one in row.checklist],
        tickets=[_ticket(link) for link in row.links if sees(auth.agent(), link.ticket)],
        customer_wrote_at=row.customer_wrote_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        done_at=row.done_at,
        cancelled_at=row.cancelled_at,
    )


def cards(rows: Sequence[Card]) -> list[answers.Card]:
    return [card(row) for row in rows]


def board(project: Project) -> answers.Board:
    return answers.Board(**_board(project), columns=[answers.Column(**_column(lane)) for lane in lanes(project)])


def full_board(project: Project) -> answers.FullBoard:
    columns = [answers.FullColumn(**_column(lane), cards=cards(lane.cards)) for lane in lanes(project)]
    return answers.FullBoard(**_board(project), columns=columns)


def owner(email: str | None) -> Agent | None:
    """Return the agent a body names by mail address; raise Invalid for one nobody has."""
    if not email:
        return None
    found = people.by_email(email)
    if found is None:
        raise Invalid("There is no such agent.", {"owner": "is unknown"})
    return found


def _name(row: Column) -> answers.ColumnName:
    return answers.ColumnName(id=row.public_id, name=row.name, meaning=row.meaning)  # type: ignore[arg-type]


def _ticket(link: Any) -> answers.CardTicket:
    ticket = link.ticket
    return answers.CardTicket(number=ticket.number, subject=ticket.subject, status=ticket.status, waits=link.waits)


def _column(lane: Lane) -> dict[str, Any]:
    row = lane.column
    return {
        "id": row.public_id,
        "name": row.name,
        "meaning": row.meaning,
        "wip_limit": row.wip_limit,
        "cards_total": lane.count,
    }


def _board(project: Project) -> dict[str, Any]:
    segments = [
        answers.Segment(
            id=one.public_id,
            key=one.key,
            name=one.name,
            path=one.path,
            prefix=one.prefix,
            addresses=[address.email for address in one.addresses],
        )
        for one in project.segments
        if one.archived_at is None
    ]
    return {"id": project.public_id, "key": project.key, "name": project.name, "segments": segments}
