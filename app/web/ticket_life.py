"""What the page of a ticket shows of its life: stage, fields, links, merges, time."""

from dataclasses import dataclass
from typing import Any

from flask_login import current_user

from app.tickets import by_hand, fields, linking, merging, stages, time_spent
from app.tickets.fields import Field
from app.tickets.linking import Linked
from app.tickets.members import final, members
from app.tickets.merging import Merge
from app.tickets.stages import Stage
from app.tickets.ticket import OPEN_STATUSES, Ticket
from app.tickets.time_spent import TimeEntry
from app.web.ticket_numbers import numbers

LINK_WORDS = {
    "parent": "Parent",
    "child": "Child",
    "duplicate": "Duplicate of",
    "duplicated_by": "Has the duplicate",
    "split_from": "Split from",
    "split_into": "Split into",
    "follows": "Follow-up of",
    "followed_by": "Followed up by",
    "related": "Related to",
}
LINK_CHOICES = [
    ("related", "is related to"),
    ("child", "is the parent of"),
    ("parent", "is a child of"),
    ("duplicate", "is a duplicate of"),
    ("duplicated_by", "is the original of"),
]


@dataclass(frozen=True)
class Value:
    """A custom field with what the ticket says; one that is archived or of another category is only shown."""

    field: Field
    value: Any
    asked: bool

    @property
    def shown(self) -> str:
        """The value in words."""
        if isinstance(self.value, bool):
            return "Yes" if self.value else "No"
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True)
class Life:
    """`merge` and `into` are set on a merged ticket; `absorbed` are those merged into this one.

    `numbers` are those of all tickets whose messages are shown, by key.
    """

    stage: Stage
    stages: list[Stage]
    values: list[Value]
    links: list[Linked]
    merge: Merge | None
    into: Ticket | None
    absorbed: list[Ticket]
    entries: list[TimeEntry]
    numbers: dict[int, str]

    @property
    def minutes(self) -> int:
        """All minutes spent."""
        return sum(entry.minutes for entry in self.entries)

    @property
    def children(self) -> list[Ticket]:
        """The tickets below this one."""
        return [one.other for one in self.links if one.kind == "child"]

    @property
    def children_done(self) -> int:
        """How many of those are done."""
        return sum(child.status not in OPEN_STATUSES for child in self.children)


def gather(ticket: Ticket) -> Life:
    """Read what the page shows, in a bounded number of statements."""
    return Life(
        stage=stages.of(ticket),
        stages=by_hand.offered(ticket),
        values=values_of(ticket),
        links=linking.links_of(ticket, current_user),
        merge=merging.current(ticket) if ticket.merged_into_id else None,
        into=final(ticket) if ticket.merged_into_id else None,
        absorbed=merging.merged_into(ticket),
        entries=time_spent.entries(ticket),
        numbers=numbers(members(ticket)) if ticket.absorbed else {},
    )


def values_of(ticket: Ticket) -> list[Value]:
    """Return the fields asked of a ticket, and those no longer asked that it has a value of."""
    found = [Value(one, ticket.custom.get(one.key), one.asked_of(ticket.category)) for one in fields.all_fields()]
    return [one for one in found if one.asked or one.value is not None]
