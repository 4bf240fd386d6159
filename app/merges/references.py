"""Everything that points at a contact: found in the tables themselves, so that a new one is not forgotten."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, and_, delete, func, insert, select, tuple_, update

from app.db import Base, db

STAY = {("contact", "merged_into_id"), ("contact_merge", "source_id"), ("contact_merge", "target_id")}
"""What tells of merges themselves, and so is never moved by one."""

CHUNK = 500
"""Keys in one statement."""


@dataclass(frozen=True)
class Reference:
    """A column that names a contact."""

    table: Table
    column: Column[Any]

    @property
    def key(self) -> list[Column[Any]]:
        return list(self.table.primary_key.columns)

    def unique_with(self) -> list[list[Column[Any]]]:
        """Return the sets of columns of which, with this one, each row has its own."""
        sets = [self.key]
        sets += [list(one.columns) for one in self.table.constraints if isinstance(one, UniqueConstraint)]
        sets += [list(one.columns) for one in self.table.indexes if one.unique]
        return [found for found in sets if self.column in found]


def references() -> list[Reference]:
    """Return every column with a foreign key to a contact, but for those that tell of merges."""
    contact = Base.metadata.tables["contact"]
    found = [
        Reference(table, column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column is contact.c.id for key in column.foreign_keys) and (table.name, column.name) not in STAY
    ]
    return sorted(found, key=lambda one: (one.table.name, one.column.name))


def count(reference: Reference, contact_id: int) -> int:
    """Return how many rows name a contact."""
    query = select(func.count()).select_from(reference.table).where(reference.column == contact_id)
    return db.session.scalar(query) or 0


def move(reference: Reference, source_id: int, target_id: int) -> dict[str, Any] | None:
    """Let rows that name the source name the target; return what was done, None when there were none.

    A row the target has already is taken out and kept in the record.
    """
    rows = _rows(reference, source_id)
    if not rows:
        return None
    dropped = [row for row in rows if any(_taken(reference, row, target_id))]
    take_out(reference.table, dropped)
    db.session.execute(
        update(reference.table).where(reference.column == source_id).values({reference.column: target_id})
    )
    kept = [row for row in rows if row not in dropped]
    keys = [[target_id if column is reference.column else row[column.name] for column in reference.key] for row in kept]
    return {"table": reference.table.name, "column": reference.column.name, "keys": keys, "dropped": plain(dropped)}


def _rows(reference: Reference, contact_id: int) -> list[dict[str, Any]]:
    sets = reference.unique_with()
    columns = list(reference.table.columns) if sets else reference.key
    query = select(*columns).where(reference.column == contact_id).order_by(*reference.key)
    return [dict(row._mapping) for row in db.session.execute(query)]


def _taken(reference: Reference, row: dict[str, Any], target_id: int) -> Iterator[bool]:
    for columns in reference.unique_with():
        same = [c == (target_id if c is reference.column else row[c.name]) for c in columns]
        yield db.session.scalar(select(reference.column).where(*same)) is not None


def take_out(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Delete rows by their keys."""
    for row in rows:
        db.session.execute(delete(table).where(*(c == row[c.name] for c in table.primary_key.columns)))


def put_back(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows as they were; one that is there again stays."""
    for row in rows:
        values = _typed(table, row)
        same = and_(*(c == values[c.name] for c in table.primary_key.columns))
        if db.session.execute(select(*table.primary_key.columns).where(same)).first() is None:
            db.session.execute(insert(table).values(values))


def move_back(reference: Reference, keys: list[list[Any]], source_id: int) -> None:
    """Let the rows with these keys name the source again."""
    for part in _chunks(keys):
        db.session.execute(update(reference.table).where(_among(reference, part)).values({reference.column: source_id}))


def still_there(reference: Reference, keys: list[list[Any]], target_id: int) -> int:
    """Return how many rows with these keys name the target."""
    found = 0
    for part in _chunks(keys):
        query = select(func.count()).select_from(reference.table)
        found += db.session.scalar(query.where(_among(reference, part), reference.column == target_id)) or 0
    return found


def _among(reference: Reference, keys: list[list[Any]]) -> Any:
    if len(reference.key) == 1:
        return reference.key[0].in_([key[0] for key in keys])
    return tuple_(*reference.key).in_([tuple(key) for key in keys])


def _chunks(keys: list[list[Any]]) -> Iterator[list[list[Any]]]:
    for at in range(0, len(keys), CHUNK):
        yield keys[at : at + CHUNK]


def plain(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as JSON keeps them."""
    return [{name: v.isoformat() if isinstance(v, datetime) else v for name, v in row.items()} for row in rows]


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    moments = {column.name for column in table.columns if column.type.python_type is datetime}
    return {k: datetime.fromisoformat(v) if k in moments and isinstance(v, str) else v for k, v in row.items()}
