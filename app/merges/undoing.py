"""Undoing a merge: what was moved goes back as it was, and what came since stays where it came."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app import clock, contacts, events
from app.amending import amend
from app.contacts import Contact
from app.db import Base, db
from app.errors import Conflict
from app.merges.merging import WORDS, hold, tell_tickets
from app.merges.record import ContactMerge
from app.merges.references import Reference, move_back, put_back, still_there
from app.text import clean


def objections(row: ContactMerge) -> list[str]:
    """Return why a merge cannot be undone exactly, in sentences; none means that it can."""
    if row.undone_at is not None:
        return ["It was undone before."]
    if row.target.merged_into_id is not None:
        return [f"{_name(row.target)} was merged into {_name(contacts.current(row.target))} since; undo that first."]
    told = []
    for entry in row.moved:
        reference, keys = _reference(entry), entry["keys"]
        if (missing := len(keys) - still_there(reference, keys, row.target_id)) > 0:
            word = WORDS.get(reference.table.name, reference.table.name)
            theirs = f"are no longer {_name(row.target)}’s" if missing > 1 else f"is no longer {_name(row.target)}’s"
            told.append(f"{missing} of the {len(keys)} {word} that were moved {theirs}.")
    return told


def undo(row: ContactMerge, *, by: str, reason: str = "") -> None:
    """Give a merged contact back what was theirs and record `contact.unmerged`; raise Conflict saying what is against.

    What the target learned is forgotten again where nobody has changed it since.
    """
    source, target = row.source, row.target
    hold(source, target)
    db.session.refresh(row, with_for_update=True)
    if told := objections(row):
        raise Conflict(" ".join(told))
    tickets: list[int] = []
    for entry in reversed(row.moved):
        reference = _reference(entry)
        move_back(reference, entry["keys"], row.source_id)
        put_back(reference.table, _whole(entry))
        _restore_order(entry)
        if reference.table.name == "ticket":
            tickets += [key[0] for key in entry["keys"]]
    row.undone_at, row.undone_by = clock.now(), by
    source.merged_into_id = None
    db.session.flush()
    db.session.expire_all()
    _forget(row, target, by)
    data, why = {"merge": row.id}, clean(reason, 2_000)
    events.record("contact.unmerged", by=by, subject=target.actor, reason=why, before={"from": source.actor}, data=data)
    events.record("contact.unmerged", by=by, subject=source.actor, reason=why, before={"into": target.actor}, data=data)
    tell_tickets(tickets, row.target_id, row.source_id, by)


def _whole(entry: dict[str, Any]) -> list[dict[str, Any]]:
    # A row whose ticket is gone since has nothing to belong to.
    rows: list[dict[str, Any]] = entry["dropped"]
    table = Base.metadata.tables[entry["table"]]
    return [row for row in rows if all(_is_there(key, row[key.parent.name]) for key in table.foreign_keys)]


def _is_there(key: Any, value: Any) -> bool:
    return value is None or db.session.scalar(select(key.column).where(key.column == value)) is not None


def _reference(entry: dict[str, Any]) -> Reference:
    table = Base.metadata.tables[entry["table"]]
    return Reference(table, table.c[entry["column"]])


def _restore_order(entry: dict[str, Any]) -> None:
    table = Base.metadata.tables[entry["table"]]
    for email, moment in entry.get("created_at", {}).items():
        at = datetime.fromisoformat(moment)
        db.session.execute(update(table).where(table.c.email == email).values(created_at=at))


def _forget(row: ContactMerge, target: Contact, by: str) -> None:
    back = {field: before for field, (before, after) in row.filled.items() if getattr(target, field) == after}
    amend(target, back, "contact.changed", by=by, subject=target.actor)


def _name(contact: Contact) -> str:
    return contact.name or contact.email or "somebody without a name"
