"""What a history of statuses means for a clock, as a table."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from app.sla.course import Course, course

START = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    at: datetime
    after: str
    wait_reason: str | None


def at(hour: float | None) -> datetime | None:
    """Return the moment so many hours after the start."""
    return None if hour is None else START + timedelta(hours=hour)


def steps(text: str) -> list[Step]:
    """Read `1 waiting:customer 3 open` as changes after so many hours."""
    words = text.split()
    found = []
    for hour, change in zip(words[::2], words[1::2], strict=True):
        status, _, reason = change.partition(":")
        found.append(Step(START + timedelta(hours=float(hour)), status, reason or None))
    return found


@pytest.mark.parametrize(
    ("history", "answered", "pauses", "ended", "given_up"),
    [
        ("", None, [], None, False),
        ("", 4, [], 4, False),
        ("1 in_progress 2 customer_responded", None, [], None, False),
        ("1 waiting:customer", None, [(1, None)], None, False),
        ("1 waiting:review", None, [], None, False),
        ("1 waiting:customer 3 open", None, [(1, 3)], None, False),
        ("1 waiting:customer 2 waiting:review 4 open", None, [(1, 2)], None, False),
        ("1 waiting:customer 3 resolved", None, [(1, 3)], 3, False),
        ("3 resolved 5 closed", None, [], 3, False),
        ("3 resolved 5 cancelled", None, [], 3, False),
        ("3 merged", None, [], 3, True),
        ("3 cancelled 5 open 6 rejected", None, [(3, 5)], 6, True),
        ("3 resolved 5 open", None, [(3, 5)], None, False),
        ("3 resolved 5 waiting:customer", None, [(3, None)], None, False),
        ("3 resolved 5 waiting:customer 8 closed", None, [(3, 8)], 8, False),
        ("1 waiting:customer", 2, [(1, None)], 2, False),
        ("1 waiting:customer 3 open", 2, [(1, None)], 2, False),
        ("3 open 4 resolved", 2, [], 2, False),
        ("1 resolved", 2, [], 1, False),
        ("1 resolved 2 open", 3, [(1, 2)], 3, False),
    ],
)
def test_a_history_becomes_pauses_and_an_end(
    history: str,
    answered: float | None,
    pauses: list[tuple[float, float | None]],
    ended: float | None,
    given_up: bool,
) -> None:
    expected = Course(tuple((at(a), at(b)) for a, b in pauses), at(ended), given_up)  # type: ignore[misc]
    assert course(steps(history), {"customer", "third_party"}, at(answered)) == expected
