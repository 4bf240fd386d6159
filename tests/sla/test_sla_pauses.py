"""Time inside pauses does not count."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.sla.calendar import Calendar
from app.sla.due import due, elapsed
from app.sla.pauses import parse_pauses
from app.sla.refusals import BadQuestion, BeyondHorizon

HOUR = 3600
DESK = Calendar.parse(
    {"timezone": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
)
MONDAY = "2026-03-02T"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text if "T" in text else f"{MONDAY}{text}Z")


def pause(start: str, end: str | None) -> tuple[datetime, datetime | None]:
    return at(start), None if end is None else at(end)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], "14:00"),
        ([("11:00", "11:30")], "14:30"),
        ([("11:00", "11:00")], "14:00"),
        ([("11:00", "12:00"), ("11:30", "12:30")], "15:30"),
        ([("11:00", "12:00"), ("12:00", "12:30")], "15:30"),
        ([("11:00", "13:00"), ("11:30", "12:00")], "16:00"),
        ([("13:00", "13:30"), ("11:00", "11:30")], "15:00"),
        ([("08:00", "09:30")], "14:00"),
        ([("08:00", "10:30")], "14:30"),
        ([("10:00", "10:45")], "14:45"),
        ([("05:00", "06:00")], "14:00"),
        ([("14:00", "15:00")], "14:00"),
        ([("14:00", None)], "14:00"),
        ([("13:59:59", "15:00")], "15:00:01"),
        ([("15:00", None)], "14:00"),
        ([("11:00", "2026-03-03T08:00Z")], "2026-03-03T12:00Z"),
        ([("11:00", "2026-03-09T09:00Z")], "2026-03-09T12:00Z"),
    ],
)
def test_a_budget_of_four_hours_from_ten_is_due(pauses: list[tuple[str, str | None]], expected: str) -> None:
    given = [pause(*each) for each in pauses]
    result = due(DESK, at("10:00"), 4 * HOUR, given)
    assert result.due_at == at(expected)
    assert elapsed(DESK, at("10:00"), at(expected), given) == 4 * HOUR


def test_a_pause_out_of_hours_changes_nothing() -> None:
    night = [pause("17:00", "2026-03-03T09:00Z"), pause("2026-03-07T00:00Z", "2026-03-08T12:00Z")]
    assert due(DESK, at("16:00"), 40 * HOUR, night).due_at == due(DESK, at("16:00"), 40 * HOUR).due_at


@pytest.mark.parametrize(
    ("pauses", "remaining"),
    [
        ([("11:00", None)], 3 * HOUR),
        ([("10:00", None)], 4 * HOUR),
        ([("09:00", None)], 4 * HOUR),
        ([("13:59:59.5", None)], 0.5),
        ([("11:00", "12:00"), ("13:00", None)], 2 * HOUR),
        ([("11:00", None), ("12:00", "12:30")], 3 * HOUR),
        ([("10:30", "12:00"), ("11:00", None)], 3.5 * HOUR),
    ],
)
def test_while_paused_there_is_a_remaining_budget_and_no_date(
    pauses: list[tuple[str, str | None]], remaining: float
) -> None:
    result = due(DESK, at("10:00"), 4 * HOUR, [pause(*each) for each in pauses])
    assert result.due_at is None
    assert result.remaining_seconds == remaining
    assert result.steps[-1].kind == "pause"
    assert result.steps[-1].end is None


def test_a_pause_may_end_before_its_clock_starts_and_outlast_the_horizon() -> None:
    assert due(DESK, at("10:00"), HOUR, [pause("1800-01-01T00:00Z", "1900-01-01T00:00Z")]).due_at == at("11:00")
    endless = [(at("10:30"), datetime.fromisoformat("9999-12-31T23:59:59-12:00"))]
    with pytest.raises(BeyondHorizon):
        due(DESK, at("10:00"), HOUR, endless)
    assert elapsed(DESK, at("10:00"), at("16:00"), endless) == HOUR / 2


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadQuestion, match=r"pauses\[1\]: ends before it begins"):
        due(DESK, at("10:00"), HOUR, [pause("11:00", "12:00"), pause("13:00", "12:59:59")])


def test_a_naive_pause_is_refused() -> None:
    with pytest.raises(BadQuestion, match=r"pauses\[0\]"):
        due(DESK, at("10:00"), HOUR, [(at("11:00").replace(tzinfo=None), None)])


@pytest.mark.parametrize(
    "listed",
    [
        {"from": "2026-03-02T11:00:00Z"},
        "2026-03-02T11:00:00Z",
        [["2026-03-02T11:00:00Z"]],
        [["2026-03-02T11:00:00Z", "tomorrow"]],
        [[None, "2026-03-02T11:00:00Z"]],
        [["2026-03-02T11:00:00", "2026-03-02T12:00:00"]],
        [7],
        7,
    ],
)
def test_what_is_no_list_of_pauses_is_refused(listed: Any) -> None:
    with pytest.raises(BadQuestion, match="pauses"):
        parse_pauses(listed)


def test_a_thousand_pauses_are_counted_and_not_all_told() -> None:
    moments = [at("10:00") + timedelta(minutes=minute, seconds=s) for minute in range(60) for s in range(0, 50, 2)]
    given = [(moment, moment + timedelta(seconds=1)) for moment in moments]
    result = due(DESK, at("10:00"), HOUR, given)
    assert result.due_at == at("11:25")
    assert len(result.steps) < 130
    assert sum(step.seconds for step in result.steps) == HOUR
