"""How tickets become answers, many at once, so that a list costs a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import defer, selectinload

from app.api import answers
from app.contacts import Contact
from app.db import db
from app.engine.models import Definition, Instance
from app.paging import Page
from app.people import Agent
from app.tickets import stages
from app.tickets.members import owners
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

T = TypeVar("T")
R = TypeVar("R")


def listed(page: Page[T], shape: Callable[[list[T]], list[R]]) -> answers.Listed[R]:
    """Return a page of a list, its items shaped together."""
    return answers.Listed(items=shape(page.items), total=page.total, next=page.next)


def sliced(items: Sequence[R], page: int, page_size: int) -> answers.Listed[R]:
    """Return a page of a list that is short enough to be at hand whole."""
    start = (page - 1) * page_size
    more = page + 1 if start + page_size < len(items) else None
    return answers.Listed(items=list(items[start : start + page_size]), total=len(items), next=more)


def person(row: Agent | Contact) -> answers.Person:
    return answers.Person(id=row.public_id, name=row.name, email=row.email)


def ticket(row: Ticket, *, messages: bool = True) -> answers.Ticket:
    return tickets([row], messages=messages)[0]


def tickets(rows: Sequence[Ticket], *, messages: bool = True) -> list[answers.Ticket]:
    running = _instances(rows)
    said = _messages(rows) if messages else None
    into = _merged_into(rows)
    return [
        _ticket(row, running[row.key], said[row.id] if said is not None else None, into.get(row.merged_into_id))
        for row in rows
    ]


def message(row: Message) -> answers.Message:
    return answers.Message(
        id=row.public_id,
        kind=row.kind,
        direction=row.direction,
        author=row.author_name or row.author_email or row.author,
        author_email=row.author_email,
        subject=row.subject,
        body=row.body,
        message_id=row.message_id,
        delivery=row.delivery,
        delivery_note=row.delivery_note,
        held=row.held,
        created_at=row.created_at,
        attachments=[
            answers.File(id=one.public_id, filename=one.filename, content_type=one.content_type, size=one.size)
            for one in row.attachments
        ],
    )


def _ticket(
    row: Ticket,
    instances: list[answers.TicketInstance],
    messages: list[answers.Message] | None,
    merged_into: str | None,
) -> answers.Ticket:
    return answers.Ticket(
        id=row.public_id,
        number=row.number,
        subject=row.subject,
        status=row.status,
        wait_reason=row.wait_reason,
        stage=stages.of(row).name,
        priority=row.priority,
        category=row.category,
        type=row.type,
        product=row.product or row.contact.product,
        confidence=row.confidence,
        tags=row.tags,
        department=row.department.key,
        assignee=row.assignee.email if row.assignee else None,
        contact=person(row.contact),
        channel=row.channel,
        language=row.language,
        flagged=row.flagged,
        created_at=row.created_at,
        updated_at=row.updated_at,
        first_replied_at=row.first_replied_at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        custom=row.custom,
        merged_into=merged_into,
        instances=instances,
        messages=messages,
    )


def _instances(rows: Iterable[Ticket]) -> dict[str, list[answers.TicketInstance]]:
    # By columns: a whole Instance brings its drawing and its state along.
    query = (
        select(Instance.business_key, Instance.public_id, Definition.key, Definition.version, Instance.status)
        .join(Definition, Instance.definition_id == Definition.id)
        .where(Instance.business_key.in_([row.key for row in rows]))
        .order_by(Instance.id)
    )
    found: dict[str, list[answers.TicketInstance]] = defaultdict(list)
    for ticket_key, public_id, process, version, status in db.session.execute(query):
        shown = answers.TicketInstance(id=public_id, process=process, version=version, state=status)
        found[ticket_key].append(shown)
    return found


def _messages(rows: Iterable[Ticket]) -> dict[int, list[answers.Message]]:
    shown_by = owners(rows)
    query = (
        select(Message)
        .where(Message.ticket_id.in_(shown_by))
        .order_by(Message.id)
        .options(selectinload(Message.attachments), defer(Message.html), defer(Message.full_text))
    )
    found: dict[int, list[answers.Message]] = defaultdict(list)
    for row in db.session.scalars(query):
        for ident in shown_by[row.ticket_id]:
            found[ident].append(message(row))
    return found


def _merged_into(rows: Iterable[Ticket]) -> dict[int | None, str]:
    wanted = {row.merged_into_id for row in rows if row.merged_into_id is not None}
    if not wanted:
        return {}
    return dict(db.session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(wanted))).all())
