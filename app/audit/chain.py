"""Sealing: gives each row that has none the next link of the chain, outside the transaction that wrote it."""

from collections.abc import Iterator
from datetime import timedelta
from heapq import merge
from itertools import islice

from sqlalchemy import ColumnElement, func, insert, select

from app import clock
from app.audit.sources import SOURCES, Row, link, rows
from app.db import db
from app.events import Seal

GENESIS = "0" * 64
LATE = timedelta(seconds=60)
"""How long after a row was written it may still become visible below others that are sealed already."""
LOCK = 0x5EA1
"""The key of the sealers' lock in PostgreSQL."""

_BELOW = 10_000
"""How many ids below the newest sealed one are searched for rows that came late."""


def seal(limit: int = 1_000) -> int:
    """Seal up to `limit` rows in the running transaction and return how many; the caller commits.

    Rows become visible out of order where several transactions write at once, so a row below the newest sealed one
    is sealed as long as it was written less than a minute before the last sealing. An older one was put there.
    """
    _lock()
    last = _last()
    seq, before = (last.seq, last.hash) if last else (0, GENESIS)
    now = clock.now()
    found = merge(*(_unsealed(source, last, limit) for source in SOURCES), key=lambda pair: pair[1]["at"])
    links = []
    for source, row in islice(found, limit):
        seq, before = seq + 1, link(before, source, row)
        links.append({"seq": seq, "source": source, "row_id": row["id"], "hash": before, "sealed_at": now})
    if links:
        db.session.execute(insert(Seal), links)
    return len(links)


def head() -> tuple[int, str]:
    """Return number and hash of the newest link, to be kept elsewhere; (0, zeros) for an empty chain."""
    last = _last()
    return (last.seq, last.hash) if last else (0, GENESIS)


def frontier(source: str) -> int:
    """Return the highest sealed id of a source."""
    return db.session.scalar(select(func.max(Seal.row_id)).where(Seal.source == source)) or 0


def is_unsealed(source: str) -> ColumnElement[bool]:
    """Return the condition that a row of a source has no link."""
    table, _fields = SOURCES[source]
    return ~select(Seal.seq).where(Seal.source == source, Seal.row_id == table.c.id).exists()


def is_behind() -> bool:
    """Say whether there is anything to seal, taking no lock."""
    last = _last()
    return any(True for source in SOURCES for _row in _unsealed(source, last, 1))


def _lock() -> None:
    # Two sealers would give the same number twice. SQLite has one writer.
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _last() -> Seal | None:
    return db.session.scalars(select(Seal).order_by(Seal.seq.desc()).limit(1)).first()


def _unsealed(source: str, last: Seal | None, limit: int) -> Iterator[tuple[str, Row]]:
    """Yield latecomers, then what is past the newest sealed row, each by rising id."""
    table, _fields = SOURCES[source]
    newest = frontier(source)
    fresh = rows(source).where(table.c.id > newest)
    queries = [fresh]
    if last is not None:
        below = table.c.id.between(newest - _BELOW, newest)
        queries.insert(0, rows(source).where(below, table.c.at >= last.sealed_at - LATE, is_unsealed(source)))
    for query in queries:
        for row in db.session.execute(query.order_by(table.c.id).limit(limit)).mappings():
            yield source, row
