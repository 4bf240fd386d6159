"""The audit trail: who did what, when and why."""

from collections.abc import Sequence

from flask import Response
from pydantic import AwareDatetime, Field

from app import audit
from app.api import answers, asks, document, names, shapes
from app.events import Event
from app.tickets import finding

blueprint = document.noun("audit", "Who did what, when and why.")


class Wanted(asks.Paged):
    name: str = Field("", max_length=80, description="ticket.assigned, or ticket. for all that begin so.")
    actor: str = Field("", max_length=80, description="agent:3, contact:5, process:request or system.")
    subject: str = Field("", max_length=80, description="ticket:12, agent:3, and so on.")
    ticket: str = Field("", max_length=40, description="A ticket's number.")
    since: AwareDatetime | None = Field(None, description="From this moment on.")
    until: AwareDatetime | None = Field(None, description="Before this moment.")


@blueprint.get("/audit", responses={200: answers.Listed[answers.Event]})
def search(query: Wanted) -> Response:
    """List what happened, newest first."""
    found = audit.page(
        query.page,
        query.page_size,
        name=query.name,
        actor=query.actor,
        subject=query.subject,
        ticket_id=finding.by_number(query.ticket).id if query.ticket else None,
        since=query.since,
        until=query.until,
    )
    return shapes.listed(found, _events).shown()


def _events(rows: Sequence[Event]) -> list[answers.Event]:
    people = names.people(row.actor for row in rows)
    numbers = names.numbers(f"ticket:{row.ticket_id}" for row in rows if row.ticket_id is not None)
    return [
        answers.Event(
            seq=row.id,
            at=row.at,
            name=row.name,
            actor=row.actor,
            actor_name=people[row.actor],
            subject=row.subject,
            ticket=numbers.get(f"ticket:{row.ticket_id}"),
            reason=row.reason,
            before=row.before,
            after=row.after,
            data=row.data,
        )
        for row in rows
    ]
