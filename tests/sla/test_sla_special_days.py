"""Special opening days, countries and calendar files."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from app.errors import Invalid
from app.sla import written
from app.sla.answer import answer
from app.sla.calendar import Calendar
from app.sla.due import due, elapsed
from app.sla.ical import LARGEST, holidays_of
from app.sla.refusals import BadCalendar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {day: [["09:00", "17:00"]] for day in DAYS[:5]}
NIGHT = {day: [["22:00", "06:00"]] for day in DAYS}
TODAY = date(2026, 11, 28)
HOUR = 3600


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def opening(on: str, *hours: tuple[str, str], name: str = "") -> dict[str, Any]:
    return {"date": on, "hours": [list(pair) for pair in hours], "name": name}


# hours, holidays, special days, start, hours of budget, due. Monday is 2 March 2026.
SPECIAL: dict[str, tuple[dict[str, Any], list[str], list[dict[str, Any]], str, float, str]] = {
    "a Saturday that is open": (
        OFFICE, [], [opening("2026-03-07", ("10:00", "12:00"))],
        "2026-03-06T16:00+01:00", 2, "2026-03-07T11:00+01:00",
    ),
    "a shorter day": (
        OFFICE, [], [opening("2026-03-02", ("09:00", "12:00"))],
        "2026-03-02T09:00+01:00", 4, "2026-03-03T10:00+01:00",
    ),
    "ends with its closing": (
        OFFICE, [], [opening("2026-03-02", ("09:00", "12:00"))],
        "2026-03-02T09:00+01:00", 3, "2026-03-02T12:00+01:00",
    ),
    "open although a holiday": (
        OFFICE, ["2026-03-03"], [opening("2026-03-03", ("13:00", "14:00"))],
        "2026-03-02T16:00+01:00", 2, "2026-03-03T14:00+01:00",
    ),
    "two periods": (
        OFFICE, [], [opening("2026-03-07", ("08:00", "09:00"), ("20:00", "24:00"))],
        "2026-03-06T17:00+01:00", 3, "2026-03-07T22:00+01:00",
    ),
    "the night shift of the day before is replaced as well": (
        NIGHT, [], [opening("2026-03-03", ("12:00", "13:00"))],
        "2026-03-02T23:00+01:00", 2.5, "2026-03-04T00:30+01:00",
    ),
    "the hour that comes twice": (
        OFFICE, [], [opening("2026-10-25", ("02:00", "03:00"))],
        "2026-10-24T12:00+02:00", 2, "2026-10-25T03:00+01:00",
    ),
    "the hour that does not come": (
        OFFICE, [], [opening("2026-03-29", ("02:00", "03:00"), ("03:00", "04:00"))],
        "2026-03-28T12:00+01:00", 1, "2026-03-29T04:00+02:00",
    ),
    "after weeks that are counted at once": (
        OFFICE, [], [opening("2026-09-05", ("00:00", "24:00"))],
        "2026-03-02T09:00+01:00", 27 * 40 + 24, "2026-09-06T00:00+02:00",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPECIAL)
def test_a_special_day_has_its_own_hours(name: str) -> None:
    hours, holidays, openings, start, budget, expected = SPECIAL[name]
    data = {"timezone": "Europe/Berlin", "hours": hours, "holidays": holidays, "openings": openings}
    calendar = Calendar.parse(data)
    assert due(calendar, at(start), budget * HOUR).due_at == at(expected)
    assert elapsed(calendar, at(start), at(expected)) == budget * HOUR
    assert Calendar.parse(calendar.as_json()) == calendar


@pytest.mark.parametrize(
    ("openings", "field", "says"),
    [
        ("soon", "openings", "list"),
        (["2026-03-07"], "openings", "not an object"),
        ([{"hours": [["09:00", "10:00"]]}], "openings", "not a date"),
        ([opening("2026-02-30", ("09:00", "10:00"))], "openings", "not in the calendar"),
        ([opening("2026-03-07")], "openings.2026-03-07", "no open time"),
        ([opening("2026-03-07", ("22:00", "06:00"))], "openings.2026-03-07", "past midnight"),
        ([opening("2026-03-07", ("09:00", "11:00"), ("10:00", "12:00"))], "openings.2026-03-07", "overlaps"),
        ([opening("2026-03-07", ("09:00", "10:00"))] * 2, "openings", "twice"),
        ([opening("2026-03-07", ("09:00", "10:00")) | {"color": 1}], "openings", "not an object"),
    ],
)
def test_a_special_day_that_cannot_be_is_refused(openings: Any, field: str, says: str) -> None:
    with pytest.raises(BadCalendar, match=says) as refused:
        Calendar.parse({"timezone": "UTC", "hours": OFFICE, "openings": openings})
    assert list(refused.value.fields) == [field]


def test_a_country_keeps_its_holidays_for_years_and_a_part_has_more() -> None:
    bavaria = Calendar.parse({"timezone": "Europe/Berlin", "hours": OFFICE, "country": "DE", "subdivision": "BY"})
    assert not bavaria.is_open(at("2031-01-06T10:00+01:00"))
    assert Calendar.parse({"timezone": "Europe/Berlin", "hours": OFFICE, "country": "DE"}).is_open(
        at("2031-01-06T10:00+01:00")
    )
    assert bavaria.as_json() | {"hours": {}} == {
        "timezone": "Europe/Berlin", "hours": {}, "holidays": [], "country": "DE", "subdivision": "BY",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"country": "utils"}, "country"),
        ({"country": 7}, "country"),
        ({"country": "DE", "subdivision": "ZZ"}, "subdivision"),
        ({"subdivision": "BY"}, "subdivision"),
    ],
)
def test_an_unknown_country_or_part_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadCalendar) as refused:
        Calendar.parse({"timezone": "UTC", "hours": OFFICE} | changes)
    assert list(refused.value.fields) == [field]


def event(*lines: str) -> bytes:
    inside = "\r\n".join(lines)
    frame = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return frame.format(inside).encode()


def test_a_calendar_file_gives_its_whole_days_with_their_names() -> None:
    days, timed = holidays_of(event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227", "SUMMARY:Xmas"), TODAY)
    assert [(day.on.isoformat(), day.name) for day in days] == [
        ("2026-12-24", "Xmas"),
        ("2026-12-25", "Xmas"),
        ("2026-12-26", "Xmas"),
    ]
    assert timed == 0
    assert holidays_of(event("DTSTART:20261224T100000Z"), TODAY) == ([], 1)
    yearly, _ = holidays_of(event("DTSTART;VALUE=DATE:19990101", "RRULE:FREQ=YEARLY"), TODAY)
    assert [day.on.year for day in yearly] == [2025, 2026, 2027, 2028, 2029, 2030, 2031]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no calendar file"),
        (b"\xff\xfe\x00BEGIN", "no calendar file"),
        (b"x" * (LARGEST + 1), "1,000,000 bytes"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 3_000, "no calendar file"),
        (event("SUMMARY:Some day"), "without a date"),
        (event("DTSTART;VALUE=DATE:20260230"), "no calendar file"),
        (event("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:99991231"), "more than 366 days"),
        (event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=SECONDLY"), "otherwise than yearly"),
        (event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY"), "otherwise than yearly"),
        (event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=WEEKLY;INTERVAL=0"), "without an end"),
        (event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=WEEKLY"), "since before 1900"),
        (event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=WEEKLY;BYHOUR=1,2;BYMINUTE=3"), "within a day"),
        (event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;UNTIL=soon"), "no calendar file"),
    ],
)
def test_a_hostile_or_broken_calendar_file_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(BadCalendar, match=says) as refused:
        holidays_of(content, TODAY)
    assert list(refused.value.fields) == ["ical"]


@pytest.mark.parametrize(
    ("text", "seconds", "again"),
    [
        ("30 min", 1800, "30 min"),
        ("2h", 7200, "2 h"),
        ("1 h 30 min", 5400, "1 h 30 min"),
        ("1.5 h", 5400, "1 h 30 min"),
        ("3 d", 259_200, "3 d"),
        ("1 d", 86_400, "24 h"),
        ("1 w", 604_800, "7 d"),
        ("90 s", 90, "1 min 30 s"),
        ("", None, ""),
        ("–", None, ""),
    ],
)
def test_durations_are_read_and_written_as_people_do(text: str, seconds: int | None, again: str) -> None:
    assert written.read_duration(text, "idle") == seconds
    assert written.write_duration(seconds) == again
    assert written.read_duration(again, "idle") == seconds


@pytest.mark.parametrize("text", ["soon", "2", "2 fortnights", "0 h", "-1 h", "400 d", "1 h and a bit", "0.0001 s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        written.read_duration(text, "idle")
    assert list(refused.value.fields) == ["idle"]


def test_hours_and_days_are_read_and_written_as_people_do() -> None:
    assert written.read_hours("9-12, 13:00 – 17:30", "x") == [["09:00", "12:00"], ["13:00", "17:30"]]
    assert (written.read_hours("closed", "x"), written.read_hours("24 h", "x")) == ([], [["00:00", "24:00"]])
    lines = "2026-12-24 09:00–12:00, 14:00–15:00 Christmas Eve\n2026-12-31 09:00–12:00"
    assert written.write_openings(written.read_openings(lines)) == lines
    holidays = "2026-12-25 Christmas Day\n2026-12-27"
    assert written.write_holidays(written.read_holidays(holidays)) == holidays
    for wrong in ("all morning", "9-", "9-12-15"):
        with pytest.raises(BadCalendar):
            written.read_hours(wrong, "hours.mon")
    with pytest.raises(BadCalendar):
        written.read_openings("2026-12-24 Christmas Eve")


def run(*arguments: str) -> tuple[int, Any]:
    said = CliRunner().invoke(main, ["sla", "due", *arguments])
    return said.exit_code, json.loads(said.stdout)


def test_the_command_answers_one_question_and_refuses_what_is_no_json(tmp_path: Path) -> None:
    good, bad, pauses = tmp_path / "calendar.json", tmp_path / "bad.json", tmp_path / "pauses.json"
    good.write_text(json.dumps({"timezone": "Europe/Berlin", "hours": OFFICE, "holidays": ["2026-03-03"]}))
    bad.write_bytes(b"\xff{")
    pauses.write_text('[["2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"]]')
    asked = ("--start", "2026-03-02T09:00:00+01:00", "--minutes", "60")
    code, said = run("--calendar", str(good), *asked)
    assert (code, said["due_at"]) == (0, "2026-03-02T10:00:00+01:00")
    code, said = run(
        "--calendar", str(good), "--start", "2026-03-02T09:00:00+01:00", "--minutes", "480", "--pauses", str(pauses)
    )
    assert said["due_at"] == "2026-03-04T10:00:00+01:00"
    for file, option in ((bad, "calendar"), (good, "pauses")):
        more = ("--pauses", str(bad)) if option == "pauses" else ()
        code, said = run("--calendar", str(file), *asked, *more)
        assert code == 1
        assert said["error"].startswith(f"{option}: the file is not JSON")


def test_a_batch_answers_every_line_in_order_also_those_that_are_none(tmp_path: Path) -> None:
    question = {"calendar": {"timezone": "UTC", "hours": OFFICE}, "start": "2026-03-02T09:00:00Z", "minutes": 60}
    lines = [json.dumps(question).encode(), b"\xff", b"[" * 5_000, json.dumps(question | {"minutes": 0}).encode()]
    batch = tmp_path / "batch.jsonl"
    batch.write_bytes(b"\n".join(lines))
    said = CliRunner().invoke(main, ["sla", "due", "--batch", str(batch)])
    answers = [json.loads(line) for line in said.stdout.splitlines()]
    assert answers[0] == answer(question)
    assert ["error" in one for one in answers] == [False, True, True, True]
