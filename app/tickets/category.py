"""What a ticket is about: its category, its type and the product, each from a dictionary the desk keeps."""

from typing import cast

from sqlalchemy import bindparam, select

from app.db import execute
from app.errors import Invalid
from app.text import one_line
from app.tickets import dictionary
from app.tickets.changes import put
from app.tickets.ticket import Category, Ticket

_TABLE = Category.metadata.tables[Category.__tablename__]
_USED = select(_TABLE.c.key).where(_TABLE.c.key == bindparam("key"), _TABLE.c.archived.is_(False))


def add(key: str, name: str, *, by: str) -> Category:
    """Return the category with this key, added if new; raise Invalid for an unusable key."""
    return cast(Category, dictionary.add("category", key, name, by=by))


def all_categories() -> list[Category]:
    """Return the dictionary in its order, archived ones too."""
    return cast(list[Category], dictionary.entries("category"))


def is_used(key: str) -> bool:
    """Say whether there is a category of this key that is not archived."""
    return execute(_USED, {"key": one_line(key, 41)}).first() is not None


def checked(key: str, now: str | None = None, kind: str = "category") -> str:
    """Return a known key; raise Invalid naming the known ones otherwise. What is archived counts only where it is so
    already (`now`)."""
    found = dictionary.entries(kind)
    usable = [entry.key for entry in found if not entry.archived or entry.key == now]
    if one_line(key, 41) not in usable:
        known = ", ".join(sorted(usable))
        raise Invalid(f"There is no {kind} {key!r}.", {kind: f"must be one of {known or 'none yet'}"})
    return key


def set_category(ticket: Ticket, category: str, *, by: str, reason: str = "") -> bool:
    """Set the category and record `ticket.category_changed`; return whether it changed."""
    return put(ticket, "category", checked(category, ticket.category), by=by, reason=reason)


def set_type(ticket: Ticket, key: str, *, by: str, reason: str = "") -> bool:
    """Set the type, or none, and record `ticket.type_changed`; return whether it changed."""
    return put(ticket, "type", checked(key, ticket.type, "type") if key else "", by=by, reason=reason)


def set_product(ticket: Ticket, key: str, *, by: str, reason: str = "") -> bool:
    """Set the product, or none, and record `ticket.product_changed`; return whether it changed."""
    return put(ticket, "product", checked(key, ticket.product, "product") if key else "", by=by, reason=reason)
