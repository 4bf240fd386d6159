"""Links between tickets: related, parent and child, duplicate of, split from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Base, Public, db
from app.errors import Conflict, Invalid, NotFound
from app.once import insert_once
from app.people import Agent
from app.text import one_line
from app.tickets.changes import hold_all, touch
from app.tickets.ticket import Ticket
from app.tickets.visible import sees

KINDS = ("related", "parent", "child", "duplicate", "duplicated_by")
"""What the other ticket is to this one; `duplicate` is the original of which this one is a duplicate."""
_TURNED = {"child": "parent", "parent": "child", "duplicated_by": "duplicate", "duplicate": "duplicated_by"}
_TURNED |= {"related": "related", "split_from": "split_into", "split_into": "split_from"}
_KEPT = {"related", "parent", "duplicate", "split_from"}
DEEPEST = 50


class Link(Public, Base):
    """`kind` says what the other ticket is to this one: related, parent, duplicate, split_from."""

    __tablename__ = "ticket_link"
    __table_args__ = (UniqueConstraint("ticket_id", "other_id", "kind"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by: Mapped[str] = mapped_column(String(80))


@dataclass(frozen=True)
class Linked:
    """A link as one of its tickets sees it: `kind` is what the other one is to it."""

    id: str
    kind: str
    other: Ticket


def link(ticket: Ticket, other: Ticket, kind: str, *, by: str) -> Link:
    """Link two tickets and record `ticket.linked` on both; a link that is there already is returned.

    Raise Invalid naming an unknown kind or the ticket itself, Conflict for a second parent or a parent below its child.
    """
    if kind not in KINDS and kind != "split_from":
        raise Invalid(f"There is no kind of link {kind!r}.", {"kind": f"must be one of {', '.join(KINDS)}"})
    if ticket.id == other.id:
        raise Invalid("A ticket cannot be linked to itself.", {"other": "is this very ticket"})
    if kind not in _KEPT:
        ticket, other, kind = other, ticket, _TURNED[kind]
    if kind == "related" and ticket.id > other.id:
        ticket, other = other, ticket
    db.session.flush()
    hold_all({ticket.id, other.id}, pass_over=False)
    same = (Link.ticket_id == ticket.id, Link.other_id == other.id, Link.kind == kind)
    if (found := db.session.scalar(select(Link).where(*same))) is not None:
        return found
    if kind == "parent":
        _check_parent(ticket, other)
    row = Link(ticket_id=ticket.id, other_id=other.id, kind=kind, by=by)
    if insert_once(row):
        _tell("ticket.linked", ticket, other, kind, by)
    return db.session.scalars(select(Link).where(*same)).one()


def unlink(ticket: Ticket, public_id: str, *, by: str) -> None:
    """Take a link away and record `ticket.unlinked` on both; raise NotFound for one that is not this ticket's."""
    found = db.session.scalar(select(Link).where(Link.public_id == one_line(public_id, 36)))
    if found is None or ticket.id not in (found.ticket_id, found.other_id):
        raise NotFound("There is no such link.")
    one, other = (db.session.get_one(Ticket, ident) for ident in (found.ticket_id, found.other_id))
    kind = found.kind
    db.session.delete(found)
    db.session.flush()
    _tell("ticket.unlinked", one, other, kind, by)


def links_of(ticket: Ticket, reader: Agent | None = None) -> list[Linked]:
    """Return the links of a ticket in two statements, parents first, as it sees them; follow-ups are among them.

    Those to tickets the reader does not see are left out; the desk itself, which is nobody, sees all.
    """
    rows = db.session.scalars(select(Link).where(or_(Link.ticket_id == ticket.id, Link.other_id == ticket.id))).all()
    others = {row.other_id if row.ticket_id == ticket.id else row.ticket_id for row in rows}
    follow = or_(Ticket.follows_id == ticket.id, Ticket.id == ticket.follows_id)
    found = {one.id: one for one in db.session.scalars(select(Ticket).where(or_(Ticket.id.in_(others), follow)))}
    seen = [
        Linked(row.public_id, row.kind, found[row.other_id])
        if row.ticket_id == ticket.id
        else Linked(row.public_id, _TURNED[row.kind], found[row.ticket_id])
        for row in rows
    ]
    seen += [Linked("", "followed_by", one) for one in found.values() if one.follows_id == ticket.id]
    seen += [Linked("", "follows", one) for one in found.values() if one.id == ticket.follows_id]
    shown = [one for one in seen if sees(reader, one.other)]
    return sorted(shown, key=lambda one: (ORDER.index(one.kind), one.other.id))


ORDER = (
    "parent",
    "child",
    "duplicate",
    "duplicated_by",
    "split_from",
    "split_into",
    "follows",
    "followed_by",
    "related",
)


def _check_parent(child: Ticket, parent: Ticket) -> None:
    if (above := _parent_of(child.id)) is not None:
        number = db.session.get_one(Ticket, above).number
        raise Conflict(f"{child.number} has the parent {number} already; take that link away first.")
    step: int | None = parent.id
    for _ in range(DEEPEST):
        if step == child.id:
            raise Conflict(f"{parent.number} is below {child.number} already, so it cannot be its parent.")
        step = _parent_of(step) if step is not None else None
    if step is not None:
        raise Conflict(f"Parents and children may be nested {DEEPEST} deep at most.")


def _parent_of(ticket_id: int) -> int | None:
    return db.session.scalar(select(Link.other_id).where(Link.ticket_id == ticket_id, Link.kind == "parent"))


def _tell(name: str, ticket: Ticket, other: Ticket, kind: str, by: str) -> None:
    for one, two, said in ((ticket, other, kind), (other, ticket, _TURNED[kind])):
        told = {"ticket": one.id, "other": two.id, "kind": said}
        touch(one, name, by=by, after={"other": two.number, "kind": said}, data=told)
