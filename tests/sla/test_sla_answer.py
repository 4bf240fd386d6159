"""The JSON door: one question in, one answer out."""

import json
from typing import Any

import pytest

from app.sla.answer import answer, answer_line

CALENDAR = {
    "timezone": "Europe/Berlin",
    "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-12-25"],
}


def ask(**changes: Any) -> dict[str, Any]:
    return answer({"calendar": CALENDAR, "start": "2026-03-02T08:00:00Z", "minutes": 60, "pauses": []} | changes)


@pytest.mark.parametrize(
    ("changes", "due_at"),
    [
        ({}, "2026-03-02T10:00:00+01:00"),
        ({"minutes": 480}, "2026-03-02T17:00:00+01:00"),
        ({"minutes": 0.5}, "2026-03-02T09:00:30+01:00"),
        ({"minutes": 0.1}, "2026-03-02T09:00:06+01:00"),
        ({"minutes": 1 / 3}, "2026-03-02T09:00:20+01:00"),
        ({"start": "2026-03-02t08:00:00z"}, "2026-03-02T10:00:00+01:00"),
        ({"start": "2026-03-02 09:00:00+01:00"}, "2026-03-02T10:00:00+01:00"),
        ({"start": "2026-03-02T08:00Z"}, "2026-03-02T10:00:00+01:00"),
        ({"start": "2026-03-02T08:00:00-00:00"}, "2026-03-02T10:00:00+01:00"),
        ({"start": "2026-03-02T08:00:00.123456Z"}, "2026-03-02T10:00:00.123456+01:00"),
        ({"pauses": None}, "2026-03-02T10:00:00+01:00"),
        ({"pauses": [["2026-03-02T08:30:00Z", "2026-03-02T08:45:00Z"]]}, "2026-03-02T10:15:00+01:00"),
    ],
)
def test_an_answer_is_a_date_with_its_steps(changes: dict[str, Any], due_at: str) -> None:
    given = ask(**changes)
    assert given["due_at"] == due_at
    assert set(given) == {"due_at", "steps"}
    assert given["steps"][-1]["to"] == due_at
    assert json.loads(json.dumps(given)) == given


def test_pauses_may_be_left_out_and_other_keys_are_let_be() -> None:
    given = answer({"calendar": CALENDAR, "start": "2026-03-02T08:00:00Z", "minutes": 60, "id": "case 7"})
    assert given["due_at"] == "2026-03-02T10:00:00+01:00"


def test_while_paused_the_date_is_null_and_the_rest_is_told() -> None:
    given = ask(pauses=[["2026-03-02T08:30:00Z", None]])
    assert given["due_at"] is None
    assert given["remaining_seconds"] == 1800


def test_an_offset_with_seconds_becomes_utc_since_rfc_3339_cannot_write_it() -> None:
    hours = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    monrovia = {"timezone": "Africa/Monrovia", "hours": hours}
    assert ask(calendar=monrovia, start="1971-06-01T00:00:00Z")["due_at"] == "1971-06-01T01:00:00+00:00"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"start": "2026-03-02T08:00:00"}, "no offset"),
        ({"start": "2026-03-02"}, "not a moment"),
        ({"start": "20260302T080000Z"}, "not a moment"),
        ({"start": "2026-W10-1T08:00:00Z"}, "not a moment"),
        ({"start": "2026-02-30T08:00:00Z"}, "does not exist"),
        ({"start": "2026-03-02T25:00:00Z"}, "does not exist"),
        ({"start": "2026-03-02T08:00:00+25:00"}, "does not exist"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "year 1"),
        ({"start": "9999-12-31T23:59:59-12:00"}, "year 9999"),
        ({"start": 1772438400}, "not a moment"),
        ({"start": None}, "not a moment"),
        ({"minutes": 0}, "more than zero"),
        ({"minutes": -5}, "more than zero"),
        ({"minutes": "60"}, "not a number"),
        ({"minutes": True}, "not a number"),
        ({"minutes": None}, "not a number"),
        ({"minutes": float("nan")}, "finite"),
        ({"minutes": float("inf")}, "finite"),
        ({"minutes": 1e9}, "100 years"),
        ({"minutes": 10**300}, "100 years"),
        ({"calendar": None}, "must be an object"),
        ({"calendar": CALENDAR | {"timezone": "Mars/Olympus"}}, "Mars/Olympus"),
        ({"calendar": CALENDAR | {"hours": {}}}, "no open time"),
        ({"pauses": [["2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z"]]}, "ends before it begins"),
        ({"pauses": "lunch"}, "pauses"),
    ],
)
def test_a_refusal_is_one_sentence(changes: dict[str, Any], says: str) -> None:
    given = ask(**changes)
    assert set(given) == {"error"}
    assert says in given["error"]


@pytest.mark.parametrize("field", ["calendar", "start", "minutes"])
def test_what_is_missing_is_named(field: str) -> None:
    question = {"calendar": CALENDAR, "start": "2026-03-02T08:00:00Z", "minutes": 60}
    del question[field]
    assert answer(question) == {"error": f"{field}: is missing"}


@pytest.mark.parametrize("line", ["", "{", "null", "[]", '"due"', "[" * 100_000, '{"minutes": ' + "9" * 5_000 + "}"])
def test_a_line_that_is_no_question_is_answered_all_the_same(line: str) -> None:
    given = json.loads(answer_line(line))
    assert set(given) == {"error"}
    assert "\n" not in answer_line(line)


def test_lines_with_the_same_calendar_in_another_order_are_answered_alike() -> None:
    question = {"calendar": CALENDAR, "start": "2026-03-02T08:00:00Z", "minutes": 60}
    turned = question | {"calendar": dict(reversed(CALENDAR.items()))}
    assert answer_line(json.dumps(question)) == answer_line(json.dumps(turned))


def test_a_refused_calendar_is_refused_every_time() -> None:
    bad = CALENDAR | {"holidays": ["soon"]}
    assert ask(calendar=bad) == ask(calendar=bad)
    assert "soon" in ask(calendar=bad)["error"]
