"""Checking the chain: recomputes every link and names the first row that does not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from app.audit.chain import GENESIS, LATE, frontier, is_unsealed
from app.audit.sources import SOURCES, Row, by_ids, link, rows
from app.db import db
from app.events import Seal

_BATCH = 1_000


class Link(NamedTuple):
    """One link as read, without an object that the session keeps."""

    seq: int
    source: str
    row_id: int
    hash: str


@dataclass(frozen=True)
class BadRow:
    """A row of `event`, `step` or the chain itself (`seal`), and what is wrong with it."""

    source: str
    row_id: int
    problem: str

    def __str__(self) -> str:
        return f"{self.source} {self.row_id} {self.problem}"


@dataclass(frozen=True)
class Verdict:
    """How many links were checked, and the first bad row if there is one."""

    ok: bool
    checked: int
    first_bad: BadRow | None


def verify(head: tuple[int, str] | None = None) -> Verdict:
    """Recompute the chain. Rows not sealed yet are not judged, unless they stand where only sealed ones can.

    `head` is a link exported earlier (`chain.head`): with it, a chain cut off at the end is found as well.
    """
    checked, before = 0, GENESIS
    for batch in _batches():
        present = {source: by_ids(source, _ids(batch, source)) for source in SOURCES}
        for sealed in batch:
            if bad := _judge(sealed, checked + 1, before, present):
                return Verdict(False, checked, bad)
            checked, before = checked + 1, sealed.hash
            if head is not None and head[0] == checked and head[1] != before:
                return Verdict(False, checked, BadRow("seal", checked, "is not the link that was exported"))
    if head is not None and head[0] > checked:
        return Verdict(False, checked, BadRow("seal", checked + 1, "was deleted: the exported chain is longer"))
    bad = next(_inserted(), None)
    return Verdict(bad is None, checked, bad)


def _batches() -> Iterator[Sequence[Link]]:
    after = -1
    query = select(Seal.seq, Seal.source, Seal.row_id, Seal.hash).order_by(Seal.seq).limit(_BATCH)
    while batch := [Link(*row) for row in db.session.execute(query.where(Seal.seq > after))]:
        after = batch[-1].seq
        yield batch


def _ids(batch: Sequence[Link], source: str) -> list[int]:
    return [sealed.row_id for sealed in batch if sealed.source == source]


def _judge(sealed: Link, expected: int, before: str, present: dict[str, dict[int, Row]]) -> BadRow | None:
    if sealed.seq != expected:
        return BadRow("seal", expected, "was deleted")
    row = present.get(sealed.source, {}).get(sealed.row_id)
    if row is None:
        return BadRow(sealed.source, sealed.row_id, f"was deleted after it was sealed (link {sealed.seq})")
    if link(before, sealed.source, row) == sealed.hash:
        return None
    for source, others in present.items():
        for other_id, other in others.items():
            if link(before, source, other) == sealed.hash:
                problem = f"was reordered: link {sealed.seq} belongs to {source} {other_id}"
                return BadRow(sealed.source, sealed.row_id, problem)
    return BadRow(sealed.source, sealed.row_id, f"was changed after it was sealed (link {sealed.seq})")


def _inserted() -> Iterator[BadRow]:
    """Yield rows below sealed ones that are too old to be still on their way (see `chain.seal`)."""
    last = db.session.scalars(select(Seal).order_by(Seal.seq.desc()).limit(1)).first()
    if last is None:
        return
    for source, (table, _fields) in SOURCES.items():
        below = (table.c.id < frontier(source), table.c.at < last.sealed_at - LATE, is_unsealed(source))
        row = db.session.execute(rows(source).where(*below).order_by(table.c.id).limit(1)).mappings().first()
        if row is not None:
            yield BadRow(source, row["id"], "was inserted later: rows after it are sealed, it is not")
