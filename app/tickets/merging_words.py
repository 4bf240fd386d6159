"""One entry of a dictionary becomes part of another: every ticket follows, and the old entry is archived."""

import json

from sqlalchemy import String, cast, select, update

from app import events
from app.contacts import Contact
from app.db import db
from app.errors import Invalid
from app.tickets import dictionary
from app.tickets.dictionary import Entry
from app.tickets.ticket import Category, Ticket

BATCH = 500


def merge(row: Entry, into: Entry, *, by: str) -> int:
    """Let tickets of one entry be of another, and archive it; return how many tickets there were.

    The tickets are not touched: nobody worked on them. Raise Invalid where an entry would be merged into itself.
    """
    kind = dictionary.kind_of(row)
    if row is into or dictionary.kind_of(into) != kind:
        raise Invalid("Choose another entry of the same dictionary.", {"into": "must be another entry"})
    moved = _retag(row.key, into.key) if kind == "tag" else _rename(kind, row.key, into.key)
    dictionary.change(row, archived=True, by=by)
    dictionary.change(into, archived=False, by=by)
    name = "category.merged" if kind == "category" else "word.merged"
    told = {"into": into.key, "tickets": moved}
    events.record(name, by=by, subject=f"{kind}:{row.key}", data=told, after=told)
    return moved


def rename_tag(row: Entry, name: str, *, by: str) -> int:
    """Call a tag otherwise, on every ticket that has it; return how many there were."""
    return merge(row, dictionary.add("tag", "", name, by=by), by=by)


def _rename(kind: str, old: str, new: str) -> int:
    column = {"category": Ticket.category, "type": Ticket.type, "product": Ticket.product}[kind]
    done = db.session.execute(update(Ticket).where(column == old).values({column: new}))
    if kind == "category":
        db.session.execute(update(Category).where(Category.parent == old, Category.key != new).values(parent=new))
        db.session.execute(update(Category).where(Category.parent == old).values(parent=None))
    if kind == "product":
        db.session.execute(update(Contact).where(Contact.product == old).values(product=new))
    db.session.expire_all()
    return int(done.rowcount)  # type: ignore[attr-defined]


def _retag(old: str, new: str) -> int:
    # A JSON list is text on both databases, and json.dumps wrote it.
    has = cast(Ticket.tags, String).contains(json.dumps(old), autoescape=True)
    moved, last = 0, 0
    while True:
        query = select(Ticket).where(has, Ticket.id > last).order_by(Ticket.id).limit(BATCH)
        found = db.session.scalars(query.with_for_update(of=Ticket, key_share=True)).all()
        for ticket in found:
            if old in ticket.tags:
                ticket.tags = list(dict.fromkeys(new if tag == old else tag for tag in ticket.tags))
                moved += 1
        db.session.flush()
        if len(found) < BATCH:
            return moved
        last = found[-1].id
