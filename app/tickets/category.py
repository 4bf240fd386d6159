"""What a ticket is about, from a dictionary the desk keeps."""

import re

from sqlalchemy import bindparam, select

from app import events
from app.db import db, execute
from app.errors import Invalid
from app.once import insert_once
from app.text import one_line
from app.tickets.changes import put
from app.tickets.ticket import Category, Ticket

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

_TABLE = Category.metadata.tables[Category.__tablename__]
_KNOWN = select(_TABLE.c.key).where(_TABLE.c.key == bindparam("key"))


def add(key: str, name: str, *, by: str) -> Category:
    """Return the category with this key, added if new; raise Invalid for an unusable key."""
    if not _KEY.fullmatch(key):
        raise Invalid(f"{key!r} is not a category key.", {"key": "must be lower-case letters, digits, - and _"})
    if insert_once(Category(key=key, name=one_line(name, 120) or key)):
        events.record("category.added", by=by, subject=f"category:{key}")
    return db.session.get_one(Category, key)


def all_categories() -> list[Category]:
    """Return the dictionary by name."""
    return list(db.session.scalars(select(Category).order_by(Category.name)))


def is_known(key: str) -> bool:
    """Say whether there is a category of this key."""
    return execute(_KNOWN, {"key": one_line(key, 41)}).first() is not None


def checked(key: str) -> str:
    """Return a known category's key; raise Invalid naming the known ones otherwise."""
    if not is_known(key):
        known = ", ".join(db.session.scalars(select(Category.key).order_by(Category.key)))
        raise Invalid(f"There is no category {key!r}.", {"category": f"must be one of {known or 'none yet'}"})
    return key


def set_category(ticket: Ticket, category: str, *, by: str, reason: str = "") -> bool:
    """Set the category and record `ticket.category_changed`; return whether it changed."""
    return put(ticket, "category", checked(category), by=by, reason=reason)
