"""One page of many rows, with a count that stays cheap however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, literal, select

from app.db import db
from app.errors import Invalid

COUNTED = 10_000
LARGEST = 200
LAST = 1_000_000

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """`total` counts up to 10,000 and is `exact` below that; `next` is the number of the next page, if any."""

    items: list[T]
    total: int
    next: int | None
    exact: bool = True


def paginate(query: Select[T], page: int, page_size: int) -> Page[T]:
    """Return page 1, 2, … of an ordered query for entities; raise Invalid naming a number out of bounds."""
    if not 1 <= page <= LAST:
        raise Invalid(f"There is no page {page}.", {"page": f"must be 1 to {LAST}"})
    if not 1 <= page_size <= LARGEST:
        raise Invalid(f"A page cannot hold {page_size}.", {"page_size": f"must be 1 to {LARGEST}"})
    skipped = (page - 1) * page_size
    rows: Sequence[T] = db.session.scalars(query.limit(page_size + 1).offset(skipped)).all()
    more = len(rows) > page_size
    # The end is in sight on the last page, so nothing needs counting.
    total = skipped + len(rows) if rows and not more else _count(query)
    return Page(list(rows[:page_size]), min(total, COUNTED), page + 1 if more else None, total <= COUNTED)


def _count(query: Select[Any]) -> int:
    some = query.with_only_columns(literal(1), maintain_column_froms=True).order_by(None).limit(COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0
