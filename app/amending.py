"""Changing what a row says, with the fields before and after as its audit record."""

from datetime import date, datetime
from typing import Any

from app import events
from app.db import Base, db


def amend(row: Base, fields: dict[str, Any], name: str, *, by: str, subject: str, reason: str = "") -> bool:
    """Set fields of a row and record `name` with those that changed; return whether any did.

    The row is held until the transaction ends, so that what is recorded as before is what was.
    """
    db.session.flush()
    db.session.refresh(row, with_for_update={"key_share": True})
    changed = {field: value for field, value in fields.items() if getattr(row, field) != value}
    if not changed:
        return False
    before = {field: _plain(getattr(row, field)) for field in changed}
    for field, value in changed.items():
        setattr(row, field, value)
    db.session.flush()
    after = {field: _plain(value) for field, value in changed.items()}
    events.record(name, by=by, subject=subject, reason=reason, before=before, after=after)
    return True


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
