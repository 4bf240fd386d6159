"""One click, one effect: a form carries the public id of the row it makes, and its second sending finds that row."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import relay
from app.db import db, new_public_id
from app.errors import Conflict
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

Made = TypeVar("Made", Message, Ticket)


def nonce() -> str:
    """Return a fresh public id for a form to carry."""
    return new_public_id()


def once(made: type[Made], nonce: str, act: Callable[[], Made]) -> Made:
    """Make a row and commit, once per nonce; return the row of that one time.

    `act` makes it without committing. Without a usable nonce it is simply made. Raise Conflict for a nonce that names
    somebody else's row.
    """
    if not _usable(nonce):
        row = act()
        relay.commit()
        return row
    if (first := _find(made, nonce)) is not None:
        return first
    try:
        row = act()
        row.public_id = nonce
        db.session.flush()
        relay.commit()
    except IntegrityError:
        # Two clicks at the same moment: the other one made it, and all of this one is undone.
        db.session.rollback()
        if (first := _find(made, nonce)) is None:
            raise
        return first
    return row


def _usable(nonce: str) -> bool:
    try:
        return str(UUID(nonce)) == nonce and UUID(nonce).version == 7
    except ValueError:
        return False


def _find(made: type[Made], nonce: str) -> Made | None:
    row = db.session.scalar(select(made).where(made.public_id == nonce))
    if isinstance(row, Message) and row.author != current_user.actor:
        raise Conflict("This form was already used by somebody else.")
    return row
