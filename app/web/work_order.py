"""What presses most comes first, also among a hundred thousand open tickets."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, literal, select

from app import clock
from app.db import db
from app.departments import ids_of
from app.people.agent import Agent
from app.sla.clock_row import Clock
from app.tickets.ticket import OPEN_STATUSES, Ticket
from app.tickets.visible import seen_by, sees_all

NEXT, IN_PROGRESS, WAITING = 0, 1, 2
SORTED_WHOLE = 2_000
"""Up to so many tickets are sorted by section and deadline; above, indexes give the order."""
COUNTED = 10_000


def conditions(agent: Agent, view: str) -> tuple[ColumnElement[bool], ...]:
    """Return what puts an open ticket the reader sees into a view: mine, team, unassigned or all.

    Open is said by status where an index on who holds it or where it is covers the status, and by rank where all are
    wanted.
    """
    is_open = and_(Ticket.status.in_(OPEN_STATUSES), Ticket.rank > 0)  # what waits for a card is on its board
    views: dict[str, tuple[ColumnElement[bool], ...]] = {
        "mine": (Ticket.assignee_id == agent.id, is_open),
        "team": (Ticket.department_id.in_(ids_of(agent)), is_open),
        "unassigned": (Ticket.assignee_id.is_(None), is_open, seen_by(agent)),
        "all": (Ticket.rank > 0,) if sees_all(agent) else (is_open, seen_by(agent)),
    }
    return views[view]


def count(agent: Agent, view: str) -> int:
    """Return how many tickets a view holds, counted up to 10,000."""
    some = select(literal(1)).select_from(Ticket).where(*conditions(agent, view)).limit(COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def ids(agent: Agent, view: str, total: int, skip: int, size: int) -> list[int]:
    """Return the keys of one page of a view and of one more ticket, if there is one."""
    where = conditions(agent, view)
    if total <= SORTED_WHOLE:
        return list(db.session.scalars(_sorted(where).offset(skip).limit(size + 1)))
    return _merged(where, skip + size + 1)[skip:]


def _running(moment: Any) -> ScalarSelect[Any]:
    return select(func.min(moment)).where(Clock.ticket_id == Ticket.id, Clock.state == "running").scalar_subquery()


def _sorted(where: tuple[ColumnElement[bool], ...]) -> Select[int]:
    section = case(
        (Ticket.rank > 1, NEXT),
        (Ticket.status == "open", NEXT),
        (_running(Clock.near_at) <= clock.now(), NEXT),
        (Ticket.status == "in_progress", IN_PROGRESS),
        else_=WAITING,
    )
    return (
        select(Ticket.id)
        .where(*where)
        .order_by(section, Ticket.rank.desc(), _running(Clock.due_at).nulls_last(), Ticket.id)
    )


def _merged(where: tuple[ColumnElement[bool], ...], wanted: int) -> list[int]:
    pressing = select(Ticket.id).where(*where, Ticket.rank > 1).order_by(Ticket.rank.desc(), Ticket.updated_at)
    by_deadline = (
        select(Clock.ticket_id)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(*where, Clock.state == "running", Ticket.rank == 1)
        .order_by(Clock.due_at)
        .limit(2 * wanted)
    )
    rest = select(Ticket.id).where(*where, Ticket.rank == 1).order_by(Ticket.updated_at)
    found: dict[int, None] = {}
    for stream in (pressing.limit(wanted), by_deadline, rest.limit(wanted)):
        if len(found) < wanted:
            found.update(dict.fromkeys(db.session.scalars(stream)))
    return list(found)[:wanted]
