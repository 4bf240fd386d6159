"""The one thing a connector does: give a page of records changed since a moment, from a cursor on."""

from dataclasses import dataclass, field
from typing import Protocol

from app.crm.record import Record, Unreadable
from app.errors import Trouble

MOST_ROWS = 100_000
"""Rows of one file."""

MOST_PAGES = 10_000
"""Pages of one run."""

LONGEST = 500
"""Characters of a cursor, and of what the next run is to begin with."""


class Unusable(Trouble):
    """What the CRM sent makes no sense, so trying again does not help."""


@dataclass(frozen=True)
class Fetched:
    """A page. `cursor` leads to the next one and is empty on the last; `since` is where the next run begins."""

    records: list[Record | Unreadable]
    cursor: str
    since: str = ""


@dataclass(frozen=True)
class Order:
    """What a connector is asked for; it holds all there is to know, so that no transaction is open meanwhile."""

    kind: str
    since: str
    cursor: str
    row: int
    began: str
    mapping: dict[str, str]
    url: str = ""
    path: str = ""
    token: str = field(default="", repr=False)
    content: bytes | None = field(default=None, repr=False)


class Connector(Protocol):
    """Raises Unreachable where trying again may help, other Trouble where it does not."""

    def page(self, order: Order) -> Fetched:
        """Return the page an order asks for."""
        ...
