"""What business keys name is locked before their instances, as whoever acts on it does, so that nobody deadlocks."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from app.db import db, locks_rows

_LOCKED = "engine.locked"
_locks: list[Callable[[Collection[str], bool], set[str]]] = []


def lock_first(lock: Callable[[Collection[str], bool], set[str]]) -> None:
    """Let this lock what business keys name.

    It gets the keys and whether to pass over what others hold, and returns the keys of what it got.
    """
    _locks[:] = [lock]


def lock(keys: set[str], *, pass_over: bool = False) -> set[str]:
    """Lock what business keys name until the transaction ends, and return what was got."""
    held: set[str] = db.session.info.setdefault(_LOCKED, set())
    missing = keys - held
    if _locks and missing and locks_rows():
        held |= _locks[0](missing, pass_over)
        return keys & held
    return keys


@sa_event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_LOCKED, None)
