"""Time spent on a ticket: noted, corrected and taken away by whoever spent it."""

from flask import Response
from pydantic import AwareDatetime, Field

from app.api import asks, auth, document, life_answers, shapes
from app.api.effect import effect
from app.paging import LARGEST
from app.tickets import finding, time_spent
from app.tickets.members import final
from app.tickets.ticket import Ticket
from app.tickets.time_spent import MOST, NOTE, TimeEntry

blueprint = document.noun("time_spent", "Time spent on tickets.")


class Spent(asks.Ask):
    minutes: int = Field(ge=1, le=MOST)
    note: str = Field("", max_length=NOTE)


class NewEntry(Spent):
    at: AwareDatetime | None = Field(None, description="When the work was done; now if left out.")


class ByEntry(asks.ByNumber):
    id: asks.Name


def _shape(entry: TimeEntry) -> life_answers.TimeEntry:
    return life_answers.TimeEntry(
        id=entry.public_id, agent=entry.agent.email, minutes=entry.minutes, note=entry.note, at=entry.at
    )


def _sheet(ticket: Ticket, page: int, page_size: int) -> life_answers.TimeSheet:
    found = shapes.sliced([_shape(entry) for entry in time_spent.entries(ticket)], page, page_size)
    minutes = time_spent.total(ticket)
    return life_answers.TimeSheet(items=found.items, total=found.total, next=found.next, minutes=minutes)


def _whole_sheet(ticket: Ticket) -> life_answers.TimeSheet:
    return _sheet(ticket, 1, LARGEST)


@blueprint.get("/tickets/<number>/time", responses={200: life_answers.TimeSheet})
def show(path: asks.ByNumber, query: asks.Paged) -> Response:
    """List the time spent on a ticket, newest first, with its sum."""
    return _sheet(finding.by_number(path.number), query.page, query.page_size).shown()


@blueprint.post("/tickets/<number>/time", responses={201: life_answers.TimeEntry})
@effect(201, _shape)
def log(path: asks.ByNumber, body: NewEntry) -> TimeEntry:
    """Note time spent."""
    ticket = final(finding.by_number(path.number))
    return time_spent.log(ticket, body.minutes, agent=auth.agent(), note=body.note, at=body.at)


@blueprint.put("/tickets/<number>/time/<id>", responses={200: life_answers.TimeEntry})
@effect(200, _shape)
def amend(path: ByEntry, body: Spent) -> TimeEntry:
    """Correct an entry of one's own."""
    entry = time_spent.entry(finding.by_number(path.number), path.id)
    time_spent.amend(entry, body.minutes, agent=auth.agent(), note=body.note)
    return entry


@blueprint.delete("/tickets/<number>/time/<id>", responses={200: life_answers.TimeSheet})
@effect(200, _whole_sheet)
def remove(path: ByEntry) -> Ticket:
    """Take an entry of one's own away; answers those that are left."""
    ticket = finding.by_number(path.number)
    time_spent.remove(time_spent.entry(ticket, path.id), agent=auth.agent())
    return ticket
