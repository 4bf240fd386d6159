"""Merging a contact into another: everything that names the one then names the other, in one transaction."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import selectinload

from app import clock, contacts, events
from app.amending import amend
from app.contacts import Contact
from app.db import Base, db
from app.errors import Conflict, Invalid, NotFound
from app.merges.record import ContactMerge
from app.merges.references import Reference, count, move, plain, references, take_out
from app.text import clean, one_line
from app.tickets.ticket import Participant, Ticket

WORDS = {
    "ticket": "tickets",
    "participant": "conversations of others they take part in",
    "contact_email": "addresses",
    "contact_phone": "phones",
    "crm_link": "CRM records",
    "crm_line": "lines of CRM reports",
    "survey": "surveys",
}
"""What a table of references is called in a preview; one that is not named here is called by its own name."""

FILLED = ("name", "organisation_id", "language", "product", "preferred_agent_id")
REASON = 2_000


@dataclass(frozen=True)
class Preview:
    """What a merge would move, by what it is called, and what the target would learn, before and after."""

    moves: list[tuple[str, int]]
    learns: dict[str, tuple[Any, Any]]


def preview(source: Contact, target: Contact) -> Preview:
    """Return what merging a contact into another would do; raise Invalid or Conflict where it cannot be."""
    _refuse(source, target)
    moves = [(_word(one), count(one, source.id)) for one in references()]
    survey = Base.metadata.tables["survey"]
    theirs = select(Ticket.id).where(Ticket.contact_id == source.id)
    rated = len(db.session.execute(select(survey.c.id).where(survey.c.ticket_id.in_(theirs))).all())
    found = [*moves, (WORDS["survey"], rated)]
    return Preview([(word, number) for word, number in found if number], _learned(source, target))


def _word(reference: Reference) -> str:
    return WORDS.get(reference.table.name, reference.table.name.replace("_", " "))


def merge(source: Contact, target: Contact, *, by: str, reason: str = "") -> ContactMerge:
    """Merge a contact into another and record `contact.merged`; raise Invalid or Conflict where it cannot be.

    The source stays as a row without addresses, so that what names it in the audit trail still has a name.
    """
    hold(source, target)
    _refuse(source, target)
    row = ContactMerge(source_id=source.id, target_id=target.id, by=by, reason=clean(reason, REASON))
    tickets = db.session.scalars(select(Ticket.id).where(Ticket.contact_id == source.id).order_by(Ticket.id)).all()
    learned = _learned(source, target)
    moved = [_without_requesters(source, target), _later(source, target)]
    moved += [move(one, source.id, target.id) for one in references()]
    row.moved = [entry for entry in moved if entry]
    row.filled = {field: list(pair) for field, pair in learned.items()}
    db.session.add(row)
    db.session.flush()
    db.session.expire_all()
    source.merged_into_id = target.id
    amend(
        target, {field: after for field, (_, after) in learned.items()}, "contact.changed", by=by, subject=target.actor
    )
    _tell(row, list(tickets), target.id, by)
    return row


def hold(source: Contact, target: Contact) -> None:
    """Lock both until the transaction ends, also against new rows that name one of them; always in one order."""
    db.session.flush()
    for contact in sorted((source, target), key=lambda one: one.id):
        db.session.refresh(contact, with_for_update=True)


def _refuse(source: Contact, target: Contact) -> None:
    if source.id == target.id:
        raise Invalid("That is the same contact.", {"into": "is the contact itself"})
    if source.merged_into_id is not None:
        raise Conflict("This contact was merged into another one before.")
    if target.merged_into_id is not None:
        name = contacts.current(target).name
        raise Invalid("The other one was merged into somebody.", {"into": f"was itself merged into {name}"})


def _learned(source: Contact, target: Contact) -> dict[str, tuple[Any, Any]]:
    """Return what the target does not know and the source does; notes of both are kept."""
    pairs = {field: (getattr(target, field), getattr(source, field)) for field in FILLED}
    found = {field: pair for field, pair in pairs.items() if pair[1] and not pair[0]}
    if source.notes and source.notes not in target.notes:
        found["notes"] = (target.notes, "\n\n".join(filter(None, [target.notes, source.notes])))
    if source.vip and not target.vip:
        found["vip"] = (False, True)
    return found


def _without_requesters(source: Contact, target: Contact) -> dict[str, Any] | None:
    """Take out who would take part in a ticket that is their own after the merge."""
    both, table = (source.id, target.id), Base.metadata.tables[Participant.__tablename__]
    own = select(Ticket.id).where(Ticket.contact_id.in_(both))
    query = select(table).where(table.c.contact_id.in_(both), table.c.ticket_id.in_(own))
    rows = [dict(row._mapping) for row in db.session.execute(query)]
    take_out(table, rows)
    return {"table": table.name, "column": "contact_id", "keys": [], "dropped": plain(rows)} if rows else None


def _later(source: Contact, target: Contact) -> dict[str, Any] | None:
    """Put the source's addresses behind the target's, whose first one stays the one that is written to."""
    table = Base.metadata.tables["contact_email"]
    if not target.emails or not source.emails:
        return None
    was = {one.email: one.created_at.isoformat() for one in source.emails}
    db.session.execute(update(table).where(table.c.contact_id == source.id).values(created_at=clock.now()))
    return {"table": table.name, "column": "contact_id", "keys": [], "dropped": [], "created_at": was}


def _tell(row: ContactMerge, ticket_ids: list[int], now: int, by: str) -> None:
    data, source, target = {"merge": row.id}, f"contact:{row.source_id}", f"contact:{row.target_id}"
    counts = {one["table"]: len(one["keys"]) for one in row.moved if one["keys"]}
    events.record(
        "contact.merged", by=by, subject=target, reason=row.reason, after={"from": source, **counts}, data=data
    )
    events.record("contact.merged_away", by=by, subject=source, reason=row.reason, after={"into": target}, data=data)
    tell_tickets(ticket_ids, row.source_id, now, by)


def tell_tickets(ticket_ids: list[int], before: int, after: int, by: str) -> None:
    """Record for each ticket whose it is now."""
    for ticket_id in ticket_ids:
        events.record(
            "ticket.requester_changed",
            by=by,
            subject=f"ticket:{ticket_id}",
            ticket_id=ticket_id,
            before={"contact": before},
            after={"contact": after},
            data={"contact": after},
        )


def by_public_id(public_id: str) -> ContactMerge:
    """Return the merge the outside names so; raise NotFound."""
    query = select(ContactMerge).where(ContactMerge.public_id == one_line(public_id, 36))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such merge.")
    return found


def of_contact(contact: Contact) -> list[ContactMerge]:
    """Return the merges a contact had a part in, newest first."""
    query = select(ContactMerge).where(or_(ContactMerge.source_id == contact.id, ContactMerge.target_id == contact.id))
    eager = (selectinload(ContactMerge.source), selectinload(ContactMerge.target))
    return list(db.session.scalars(query.order_by(ContactMerge.id.desc()).options(*eager).limit(20)))


def active(source: Contact) -> ContactMerge:
    """Return the merge that made a contact part of another; raise NotFound."""
    query = select(ContactMerge).where(ContactMerge.source_id == source.id, ContactMerge.undone_at.is_(None))
    found = db.session.scalars(query.order_by(ContactMerge.id.desc()).limit(1)).first()
    if found is None:
        raise NotFound("This contact was not merged.")
    return found
