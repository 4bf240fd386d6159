"""Finding tickets: by name, by view, by what somebody types."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session, joinedload, selectinload

from app import departments
from app.contacts import Contact, Organisation
from app.db import db, of_transaction
from app.departments.department import Department
from app.errors import Invalid, NotFound
from app.paging import Page, paginate
from app.people import Agent
from app.text import one_line
from app.tickets.terms import conditions, offer
from app.tickets.ticket import OPEN_STATUSES, Ticket
from app.tickets.visible import seen_by

__all__ = ["VIEWS", "Page", "by_id", "by_number", "by_public_id", "of_contact", "of_organisation", "offer", "search"]

VIEWS = ("mine", "team", "unassigned", "all", "open", "waiting", "resolved", "closed")
_NUMBERED = "tickets.numbered"
_DONE = {"resolved": ("resolved",), "closed": ("closed", "cancelled", "rejected", "merged")}

# With what it is nearly always asked for. Not as options of the ticket, which would come along where it is locked.
_BY_ID = (
    select(Ticket, Department, Contact).join(Ticket.department).join(Ticket.contact).where(Ticket.id == bindparam("id"))
)


def by_number(number: str) -> Ticket:
    """Return the ticket with this number, in any case, looked for once per transaction; raise NotFound."""
    number = one_line(number, 24)
    known: dict[str, int] = of_transaction().setdefault(_NUMBERED, {})
    if number in known:
        return by_id(known[number])
    query = select(Ticket).where(Ticket.number.in_({number, number.upper()})).limit(1)
    found = _found(db.session.scalars(query).first(), number)
    known[number] = found.id
    return found


def by_id(ticket_id: int) -> Ticket:
    """Return the ticket with this key; raise NotFound."""
    if db.session.identity_key(Ticket, ticket_id) in db.session.identity_map:
        return _found(db.session.get(Ticket, ticket_id), str(ticket_id))
    return _found(db.session.scalars(_BY_ID, {"id": ticket_id}).first(), str(ticket_id))


def by_public_id(public_id: str) -> Ticket:
    """Return the ticket the outside names so; raise NotFound."""
    query = select(Ticket).where(Ticket.public_id == one_line(public_id, 36))
    return _found(db.session.scalars(query).one_or_none(), public_id)


def of_contact(contact: Contact, page: int = 1, page_size: int = 50, agent: Agent | None = None) -> Page[Ticket]:
    """Return every ticket a contact raised, of those a reader sees, newest first."""
    theirs = _listed().where(Ticket.contact_id == contact.id, seen_by(agent))
    return paginate(theirs.order_by(Ticket.id.desc()), page, page_size)


def of_organisation(
    organisation: Organisation, page: int = 1, page_size: int = 50, agent: Agent | None = None
) -> Page[Ticket]:
    """Return every ticket the people of an organisation raised, of those a reader sees, newest first."""
    people = select(Contact.id).where(Contact.organisation_id == organisation.id)
    theirs = _listed().where(Ticket.contact_id.in_(people), seen_by(agent))
    return paginate(theirs.order_by(Ticket.id.desc()), page, page_size)


def search(
    q: str = "", view: str = "open", page: int = 1, page_size: int = 50, agent: Agent | None = None
) -> Page[Ticket]:
    """Return one page of a view, of the tickets the reader sees, narrowed by what they type.

    Raise Invalid naming an unknown view.

    Urgent tickets come first, then those whose customer responded, then the most recently touched.
    """
    query = _viewed(view, agent).where(seen_by(agent))
    for condition in conditions(q, agent):
        query = query.where(condition)
    return paginate(query, page, page_size)


def _viewed(view: str, agent: Agent | None) -> Select[Ticket]:
    if view not in VIEWS:
        raise Invalid(f"There is no view {view!r}.", {"view": f"must be one of {', '.join(VIEWS)}"})
    query = _listed()
    for condition in _view_conditions(view, agent):
        query = query.where(condition)
    # What is done has no rank, and an index of its own.
    surfaced = () if view in _DONE else (Ticket.rank.desc(),)
    return query.order_by(*surfaced, Ticket.updated_at.desc(), Ticket.id.desc())


def _view_conditions(view: str, agent: Agent | None) -> tuple[ColumnElement[bool], ...]:
    me = agent.id if agent else 0
    is_open = Ticket.status.in_(OPEN_STATUSES)
    desks = departments.ids_of(agent) if agent else []
    views: dict[str, tuple[ColumnElement[bool], ...]] = {
        "mine": (is_open, Ticket.assignee_id == me),
        "team": (is_open, Ticket.department_id.in_(desks)),
        "unassigned": (is_open, Ticket.assignee_id.is_(None)),
        "open": (Ticket.rank > 0,),
        "waiting": (Ticket.status == "waiting",),
    }
    return views.get(view) or ((Ticket.status.in_(_DONE[view]),) if view in _DONE else ())


def _listed() -> Select[Ticket]:
    return select(Ticket).options(
        joinedload(Ticket.department),
        joinedload(Ticket.assignee),
        selectinload(Ticket.contact).selectinload(Contact.emails),
    )


@sa_event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_NUMBERED, None)


def _found(ticket: Ticket | None, name: str) -> Ticket:
    if ticket is None:
        raise NotFound(f"There is no ticket {name}.")
    return ticket
