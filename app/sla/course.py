"""What the history of a ticket means for a clock: where it stood still and when its promise was answered.

Everything is read from the moments people acted, so it comes out the same however late a job looks.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.sla.pauses import Pause
from app.tickets.ticket import OPEN_STATUSES

_GIVEN_UP = {"cancelled", "rejected", "merged"}


class Change(Protocol):
    """A change of status, as `StatusChange` has it."""

    @property
    def at(self) -> datetime: ...
    @property
    def after(self) -> str: ...
    @property
    def wait_reason(self) -> str | None: ...


@dataclass(frozen=True)
class Course:
    """`pauses` up to the end; `ended_at` is None while the promise is open; `given_up`: nobody waits for it."""

    pauses: tuple[Pause, ...]
    ended_at: datetime | None = None
    given_up: bool = False


def course(changes: Iterable[Change], paused_by: Collection[str], answered_at: datetime | None = None) -> Course:
    """Return the course of a clock from all changes of status, oldest first.

    It stands still while the ticket waits for one of the reasons `paused_by`, and from being done until being
    reopened. It ends when the ticket is done and stays so, or when answered, whichever is first.
    """
    pauses: list[Pause] = []
    since: datetime | None = None  # it stands still from here on
    done: Change | None = None  # what ended it, as long as nothing reopened it
    for change in changes:
        if answered_at is not None and change.at >= answered_at:
            break
        is_open = change.after in OPEN_STATUSES
        still = not is_open or (change.after == "waiting" and change.wait_reason in paused_by)
        if since is not None and (not still or (done is None and not is_open)):
            pauses.append((since, change.at))
            since = None
        if still and since is None:
            since = change.at
        done = None if is_open else done or change
    return _ended(pauses, since, done, answered_at)


def _ended(pauses: list[Pause], since: datetime | None, done: Change | None, answered_at: datetime | None) -> Course:
    if done is not None:
        return Course(tuple(pauses), done.at, done.after in _GIVEN_UP)
    if since is not None:
        pauses.append((since, None))
    return Course(tuple(pauses), answered_at)
