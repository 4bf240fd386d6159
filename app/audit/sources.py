"""What is sealed: the rows of events and of process history, each written in one canonical way."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, Table, select

from app.db import db
from app.engine.models import Step
from app.events import Event

# Listed by name, so that a column added later does not change what was sealed before.
_EVENT = ("id", "at", "name", "actor", "subject", "ticket_id", "reason", "before", "after", "data")
_STEP = (
    "id",
    "at",
    "actor",
    "kind",
    "element",
    "element_name",
    "flow",
    "business_key",
    "instance_id",
    "version",
    "inputs",
    "outputs",
    "duration_ms",
)

SOURCES: dict[str, tuple[Table, tuple[str, ...]]] = {
    "event": (Event.metadata.tables["event"], _EVENT),
    "step": (Step.metadata.tables["step"], _STEP),
}

Row = RowMapping


def rows(source: str) -> Select[Any]:
    """Return the query for the sealed columns of a source."""
    table, fields = SOURCES[source]
    return select(*(table.c[field] for field in fields))


def by_ids(source: str, ids: Iterable[int]) -> dict[int, Row]:
    """Return the rows that are there, by id."""
    table, _fields = SOURCES[source]
    return {row["id"]: row for row in db.session.execute(rows(source).where(table.c.id.in_(list(ids)))).mappings()}


def link(before: str, source: str, row: Row) -> str:
    """Return the hash of the next link: SHA-256 over the one before and the canonical JSON of the row."""
    plain = {field: _plain(value) for field, value in row.items()} | {"source": source}
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{before}{canonical}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
