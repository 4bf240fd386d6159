"""The list of My work: open tickets with their nearest deadline and offered task."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.contacts.contact import Contact
from app.db import db
from app.engine.models import Step, UserTask
from app.events import Event
from app.people.agent import Agent
from app.sla.clock_row import Clock
from app.tickets.ticket import Ticket
from app.web import work_order
from app.web.work_order import IN_PROGRESS, NEXT, WAITING

VIEWS = {"mine": "Mine", "team": "My team", "unassigned": "Unassigned", "all": "All"}
SECTIONS = {NEXT: "Next up", IN_PROGRESS: "In progress", WAITING: "Waiting"}
PAGE_SIZE = 50
LAST_PAGE = 100


@dataclass(frozen=True)
class Row:
    """One line: a ticket with its nearest running clock and the task its process offers."""

    ticket: Ticket
    clock: Clock | None
    task: UserTask | None

    @property
    def tone(self) -> str:
        """Red overdue, blue the customer wrote, amber near breach; empty otherwise."""
        if _reached(self.clock.due_at if self.clock else None):
            return "red"
        if self.ticket.status == "customer_responded":
            return "blue"
        return "amber" if _reached(self.clock.near_at if self.clock else None) else ""

    @property
    def section(self) -> int:
        if self.tone or self.ticket.rank > 1 or self.ticket.status == "open":
            return NEXT
        return IN_PROGRESS if self.ticket.status == "in_progress" else WAITING


@dataclass(frozen=True)
class Worklist:
    """A page of a view; `stamp` changes with anything that happens at the desk."""

    view: str
    rows: list[Row]
    counts: dict[str, int]
    stamp: str
    page: int
    more: bool

    def sections(self) -> list[tuple[str, list[Row]]]:
        """Return (title, rows) of the sections that have any."""
        grouped = [(title, [row for row in self.rows if row.section == number]) for number, title in SECTIONS.items()]
        return [(title, rows) for title, rows in grouped if rows]

    def pressing(self, tone: str) -> int:
        """Return how many rows of this page have a tone."""
        return sum(row.tone == tone for row in self.rows)


def _reached(moment: datetime | None) -> bool:
    return moment is not None and moment <= clock.now()


def stamp() -> str:
    """Return what changes whenever something is recorded or a process takes a step."""
    event = select(func.max(Event.id)).scalar_subquery()
    step = select(func.max(Step.id)).scalar_subquery()
    newest = db.session.execute(select(event, step)).one()
    return "-".join(str(part or 0) for part in newest)


def worklist(agent: Agent, view: str, page: int = 1) -> Worklist:
    """Return one page of an agent's view, what presses most first."""
    view, page = view if view in VIEWS else "mine", min(max(page, 1), LAST_PAGE)
    counts = {name: work_order.count(agent, name) for name in VIEWS}
    ids = work_order.ids(agent, view, counts[view], (page - 1) * PAGE_SIZE, PAGE_SIZE)
    rows = rows_of(_tickets(ids[:PAGE_SIZE]))
    return Worklist(view, rows, counts, stamp(), page, len(ids) > PAGE_SIZE)


def rows_of(tickets: list[Ticket]) -> list[Row]:
    """Return the lines of tickets already in order."""
    clocks, tasks = _clocks(ticket.id for ticket in tickets), _tasks(ticket.key for ticket in tickets)
    return [Row(ticket, clocks.get(ticket.id), tasks.get(ticket.key)) for ticket in tickets]


def whole(query: Select[Ticket]) -> Select[Ticket]:
    """Return a query for tickets that brings along all a row shows."""
    contact = joinedload(Ticket.contact).options(joinedload(Contact.organisation), selectinload(Contact.emails))
    return query.options(contact, joinedload(Ticket.department), joinedload(Ticket.assignee))


def _tickets(ids: list[int]) -> list[Ticket]:
    query = whole(select(Ticket).where(Ticket.id.in_(ids)))
    return sorted(db.session.scalars(query), key=lambda ticket: ids.index(ticket.id))


def _clocks(ticket_ids: Iterable[int]) -> dict[int, Clock]:
    running = select(Clock).where(Clock.ticket_id.in_(list(ticket_ids)), Clock.state == "running")
    return {found.ticket_id: found for found in db.session.scalars(running.order_by(Clock.due_at.desc()))}


def _tasks(keys: Iterable[str]) -> dict[str, UserTask]:
    query = select(UserTask).where(UserTask.business_key.in_(list(keys)), UserTask.state == "open")
    return {task.business_key: task for task in db.session.scalars(query.order_by(UserTask.id.desc()))}
