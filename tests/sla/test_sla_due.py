"""The table of due dates: every rule, worked out by hand."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.sla.calendar import Calendar
from app.sla.due import add, due, elapsed, next_opening, share
from app.sla.refusals import BadQuestion, BeyondHorizon

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {day: [["09:00", "17:00"]] for day in DAYS[:5]}
LUNCH = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]}
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
NIGHT = {day: [["22:00", "06:00"]] for day in DAYS}


def daily(start: str, end: str) -> dict[str, Any]:
    return {day: [[start, end]] for day in DAYS}


def calendar(hours: dict[str, Any], timezone: str = "Europe/Berlin", holidays: tuple[str, ...] = ()) -> Calendar:
    return Calendar.parse({"timezone": timezone, "hours": hours, "holidays": list(holidays)})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


HOUR = 3600
BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
CASES: dict[str, tuple[dict[str, Any], str, tuple[str, ...], str, float, str]] = {
    "inside one period": (OFFICE, BERLIN, (), "2026-03-02T10:00+01:00", 2 * HOUR, "2026-03-02T12:00+01:00"),
    "ends at closing time": (OFFICE, BERLIN, (), "2026-03-02T09:00+01:00", 8 * HOUR, "2026-03-02T17:00+01:00"),
    "a second later": (OFFICE, BERLIN, (), "2026-03-02T09:00+01:00", 8 * HOUR + 1, "2026-03-03T09:00:01+01:00"),
    "a microsecond later": (
        OFFICE, BERLIN, (), "2026-03-02T16:00+01:00", HOUR + 1e-6, "2026-03-03T09:00:00.000001+01:00",
    ),
    "ends when lunch begins": (LUNCH, BERLIN, (), "2026-03-02T10:00+01:00", 2 * HOUR, "2026-03-02T12:00+01:00"),
    "across lunch": (LUNCH, BERLIN, (), "2026-03-02T10:00+01:00", 3 * HOUR, "2026-03-02T14:00+01:00"),
    "starts at lunch": (LUNCH, BERLIN, (), "2026-03-02T12:30+01:00", 60, "2026-03-02T13:01+01:00"),
    "seconds are kept": (OFFICE, BERLIN, (), "2026-03-02T16:59:58+01:00", 5, "2026-03-03T09:00:03+01:00"),
    "fractions are kept": (OFFICE, BERLIN, (), "2026-03-02T10:00:00.25+01:00", 0.5, "2026-03-02T10:00:00.75+01:00"),
    "starts before opening": (OFFICE, BERLIN, (), "2026-03-02T07:15+01:00", 60, "2026-03-02T09:01+01:00"),
    "starts at opening": (OFFICE, BERLIN, (), "2026-03-02T09:00+01:00", 60, "2026-03-02T09:01+01:00"),
    "starts at closing": (OFFICE, BERLIN, (), "2026-03-02T17:00+01:00", 60, "2026-03-03T09:01+01:00"),
    "starts on Friday night": (OFFICE, BERLIN, (), "2026-03-06T20:00+01:00", HOUR, "2026-03-09T10:00+01:00"),
    "starts in another zone": (OFFICE, BERLIN, (), "2026-03-02T13:00+05:30", HOUR, "2026-03-02T10:00+01:00"),
    "a holiday": (OFFICE, BERLIN, ("2026-12-25",), "2026-12-24T16:00+01:00", 2 * HOUR, "2026-12-28T10:00+01:00"),
    "starts on a holiday": (OFFICE, BERLIN, ("2026-12-25",), "2026-12-25T10:00+01:00", 60, "2026-12-28T09:01+01:00"),
    "year end": (OFFICE, BERLIN, ("2027-01-01",), "2026-12-31T16:30+01:00", HOUR, "2027-01-04T09:30+01:00"),
    "year end round the clock": (ALWAYS, "UTC", (), "2026-12-31T23:59:59Z", 2, "2027-01-01T00:00:01Z"),
    "leap day": (ALWAYS, "UTC", (), "2028-02-28T12:00Z", 24 * HOUR, "2028-02-29T12:00Z"),
    "no leap day": (ALWAYS, "UTC", (), "2026-02-28T12:00Z", 24 * HOUR, "2026-03-01T12:00Z"),
    "leap day is a holiday": (OFFICE, "UTC", ("2028-02-29",), "2028-02-28T16:00Z", 2 * HOUR, "2028-03-01T10:00Z"),
    "no leap in 2100": (ALWAYS, "UTC", (), "2100-02-28T12:00Z", 24 * HOUR, "2100-03-01T12:00Z"),
    "half-hour zone": (OFFICE, "Asia/Kolkata", (), "2026-03-02T03:00Z", HOUR, "2026-03-02T10:00+05:30"),
    "night shift": (NIGHT, BERLIN, (), "2026-03-02T23:00+01:00", 5 * HOUR, "2026-03-03T04:00+01:00"),
    "night shift ends": (NIGHT, BERLIN, (), "2026-03-02T23:00+01:00", 7 * HOUR, "2026-03-03T06:00+01:00"),
    "night shift into the next": (NIGHT, BERLIN, (), "2026-03-02T23:00+01:00", 8 * HOUR, "2026-03-03T23:00+01:00"),
    "night shift of Sunday": (
        {"sun": [["22:00", "06:00"]]}, BERLIN, (), "2026-03-08T23:00+01:00", 8 * HOUR, "2026-03-15T23:00+01:00",
    ),
    "night shift into a holiday": (
        NIGHT, BERLIN, ("2026-03-03",), "2026-03-02T23:00+01:00", 2 * HOUR, "2026-03-04T01:00+01:00",
    ),
    "once a week, by the second": (
        {"wed": [["10:00:00", "10:00:10"]]}, BERLIN, (), "2026-03-02T00:00+01:00", 25, "2026-03-18T10:00:05+01:00",
    ),
    # Clocks forward, Berlin: 2026-03-29 02:00 becomes 03:00.
    "a day of 23 hours": (ALWAYS, BERLIN, (), "2026-03-29T00:00+01:00", 23 * HOUR, "2026-03-30T00:00+02:00"),
    "round the clock forward": (ALWAYS, BERLIN, (), "2026-03-28T12:00+01:00", 24 * HOUR, "2026-03-29T13:00+02:00"),
    "a shift over the gap": (NIGHT, BERLIN, (), "2026-03-28T22:00+01:00", 7 * HOUR, "2026-03-29T06:00+02:00"),
    "opens in the gap": (daily("02:30", "04:00"), BERLIN, (), "2026-03-29T00:00+01:00", HOUR, "2026-03-29T04:00+02:00"),
    "closes in the gap": (
        daily("01:00", "02:30"), BERLIN, (), "2026-03-29T00:00+01:00", HOUR + 60, "2026-03-30T01:01+02:00",
    ),
    "closes where the gap begins": (
        daily("01:00", "02:00"), BERLIN, (), "2026-03-29T00:00+01:00", HOUR, "2026-03-29T03:00+02:00",
    ),
    "lies in the gap": (daily("02:00", "03:00"), BERLIN, (), "2026-03-28T02:30+01:00", HOUR, "2026-03-30T02:30+02:00"),
    # Clocks back, Berlin: 2026-10-25 03:00 becomes 02:00.
    "a day of 25 hours": (ALWAYS, BERLIN, (), "2026-10-25T00:00+02:00", 25 * HOUR, "2026-10-26T00:00+01:00"),
    "round the clock back": (ALWAYS, BERLIN, (), "2026-10-24T12:00+02:00", 24 * HOUR, "2026-10-25T11:00+01:00"),
    "a shift over the repeat": (NIGHT, BERLIN, (), "2026-10-24T22:00+02:00", 9 * HOUR, "2026-10-25T06:00+01:00"),
    "closes in the repeat": (
        daily("01:30", "02:30"), BERLIN, (), "2026-10-25T00:00+02:00", 1.5 * HOUR, "2026-10-25T02:30+01:00",
    ),
    "first close in the repeat": (
        daily("01:30", "02:30"), BERLIN, (), "2026-10-25T00:00+02:00", HOUR, "2026-10-25T02:30+02:00",
    ),
    "closes where the repeat begins": (
        daily("00:00", "02:00"), BERLIN, (), "2026-10-25T00:00+02:00", 2 * HOUR + 60, "2026-10-26T00:01+01:00",
    ),
    "lies in the repeat": (
        daily("02:00", "03:00"), BERLIN, (), "2026-10-25T00:00+02:00", 2 * HOUR, "2026-10-25T03:00+01:00",
    ),
    "office after the weekend": (OFFICE, BERLIN, (), "2026-03-27T16:00+01:00", 2 * HOUR, "2026-03-30T10:00+02:00"),
    "New York forward": (ALWAYS, NEW_YORK, (), "2026-03-08T00:00-05:00", 23 * HOUR, "2026-03-09T00:00-04:00"),
    "New York back": (ALWAYS, NEW_YORK, (), "2026-11-01T00:00-04:00", 25 * HOUR, "2026-11-02T00:00-05:00"),
    # Lord Howe: half an hour, forward on 2026-10-04 at 02:00, back on 2026-04-05 at 02:00 to 01:30.
    "Lord Howe forward": (ALWAYS, LORD_HOWE, (), "2026-10-04T00:00+10:30", 23.5 * HOUR, "2026-10-05T00:00+11:00"),
    "Lord Howe back": (ALWAYS, LORD_HOWE, (), "2026-04-05T00:00+11:00", 24.5 * HOUR, "2026-04-06T00:00+10:30"),
    "Lord Howe repeat": (
        daily("01:30", "02:00"), LORD_HOWE, (), "2026-04-05T00:00+11:00", HOUR, "2026-04-05T02:00+10:30",
    ),
    "Apia skips 30 December 2011": (
        ALWAYS, "Pacific/Apia", (), "2011-12-29T12:00-10:00", 24 * HOUR, "2011-12-31T12:00+14:00",
    ),
    "Apia opens on Fridays": (
        {"fri": [["09:00", "17:00"]]}, "Pacific/Apia", (), "2011-12-29T12:00-10:00", HOUR, "2012-01-06T10:00+14:00",
    ),
    # São Paulo: midnight of 2018-11-04 does not exist; midnight of 2018-02-18 goes back to 23:00 of the 17th.
    "São Paulo without midnight": (
        daily("00:00", "09:00"), "America/Sao_Paulo", (), "2018-11-03T12:00-03:00", 8 * HOUR, "2018-11-04T09:00-02:00",
    ),
    "São Paulo, Saturday of 25 hours": (
        {"sat": [["00:00", "24:00"]]}, "America/Sao_Paulo", (), "2018-02-17T00:00-02:00",
        25 * HOUR, "2018-02-18T00:00-03:00",
    ),
    "Cairo without midnight": (
        daily("00:00", "02:00"), "Africa/Cairo", (), "2026-04-24T00:00+03:00", HOUR, "2026-04-24T02:00+03:00",
    ),
    # St John's until 2011: at 00:01 on Sunday back to 23:01 on Saturday, so Saturday comes twice.
    "St John's, holiday comes twice": (
        ALWAYS, "America/St_Johns", ("2010-11-06",), "2010-11-06T12:00-02:30", 120, "2010-11-07T00:01-03:30",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_budget_is_due_when_the_table_says(name: str) -> None:
    hours, timezone, holidays, start, seconds, expected = CASES[name]
    desk = calendar(hours, timezone, holidays)
    result = due(desk, at(start), seconds)
    assert result.due_at == at(expected)
    assert result.remaining_seconds == 0
    assert elapsed(desk, at(start), at(expected)) == seconds
    assert add(desk, at(start), seconds) == at(expected)


def test_the_answer_is_in_the_zone_of_the_calendar() -> None:
    result = due(calendar(OFFICE, NEW_YORK), at("2026-07-01T13:00Z"), HOUR)
    assert result.due_at is not None
    assert result.due_at.isoformat() == "2026-07-01T10:00:00-04:00"


INFINITE, NO_NUMBER = float("inf"), float("nan")


@pytest.mark.parametrize(
    "seconds", [0, -1, -0.0, 0.0, NO_NUMBER, INFINITE, -INFINITE, True, False, "60", None, [60], 1e-9, -(10**400)]
)
def test_a_budget_that_is_no_positive_number_is_refused(seconds: Any) -> None:
    with pytest.raises(BadQuestion, match="budget"):
        due(calendar(OFFICE), at("2026-03-02T10:00Z"), seconds)


@pytest.mark.parametrize("seconds", [10**400, 1e300, 101 * 366 * 86_400, 30 * 365 * 86_400])
def test_a_budget_that_takes_more_than_a_hundred_years_is_refused_at_once(seconds: float) -> None:
    begun = time.perf_counter()
    with pytest.raises(BeyondHorizon, match="100 years"):
        due(calendar(OFFICE), at("2026-03-02T10:00Z"), seconds)
    assert time.perf_counter() - begun < 5


def test_a_budget_of_ninety_nine_years_is_counted_exactly() -> None:
    seconds = 99 * 366 * 86_400
    start = at("2026-03-02T10:00:00.5Z")
    assert due(calendar(ALWAYS), start, seconds).due_at == start + timedelta(seconds=seconds)


@pytest.mark.parametrize("start", ["2026-03-02T10:00", "1899-01-01T00:00Z", "9999-01-01T00:00Z"])
def test_a_naive_or_remote_start_is_refused(start: str) -> None:
    with pytest.raises(BadQuestion, match="start"):
        due(calendar(OFFICE), at(start), 60)
    with pytest.raises(BadQuestion, match="start"):
        elapsed(calendar(OFFICE), at(start), at("2026-03-02T10:00Z"))


def test_a_date_in_a_repeated_hour_equals_the_same_moment_in_utc() -> None:
    first = add(calendar(ALWAYS), at("2026-10-25T00:00Z"), HOUR / 2)
    second = add(calendar(ALWAYS), at("2026-10-25T00:00Z"), 1.5 * HOUR)
    assert (first, second) == (at("2026-10-25T00:30Z"), at("2026-10-25T01:30Z"))
    assert (first.isoformat(), second.isoformat()) == ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
    assert first < second
    assert second - first == timedelta(hours=1)


def test_three_quarters_of_the_budget_are_used_at_the_warning() -> None:
    desk, start = calendar(OFFICE), at("2026-03-06T16:00+01:00")
    assert share(desk, start, 4 * HOUR, 0.75) == at("2026-03-09T11:00+01:00")
    assert share(desk, start, 4 * HOUR, 1) == due(desk, start, 4 * HOUR).due_at
    assert share(desk, start, 4 * HOUR, 0.75, [(at("2026-03-09T10:30+01:00"), None)]) is None
    assert share(desk, start, 4 * HOUR, 0.25, [(at("2026-03-09T10:30+01:00"), None)]) == at("2026-03-06T17:00+01:00")


@pytest.mark.parametrize("fraction", [0, -0.1, 1.01, float("nan"), True, "0.75"])
def test_a_share_is_above_zero_and_at_most_one(fraction: Any) -> None:
    with pytest.raises(BadQuestion, match="fraction"):
        share(calendar(OFFICE), at("2026-03-02T10:00Z"), 60, fraction)


def test_nothing_elapses_backwards_or_while_closed() -> None:
    desk = calendar(OFFICE)
    assert elapsed(desk, at("2026-03-02T12:00Z"), at("2026-03-02T11:00Z")) == 0
    assert elapsed(desk, at("2026-03-02T12:00Z"), at("2026-03-02T12:00Z")) == 0
    assert elapsed(desk, at("2026-03-06T17:00+01:00"), at("2026-03-09T09:00+01:00")) == 0


def test_a_year_of_office_hours_elapses_with_its_holidays() -> None:
    desk = calendar(OFFICE, holidays=("2026-01-01", "2026-12-25", "2026-12-26"))
    assert elapsed(desk, at("2026-01-01T00:00+01:00"), at("2027-01-01T00:00+01:00")) == (261 - 2) * 8 * HOUR


def test_more_than_a_hundred_years_are_not_measured() -> None:
    with pytest.raises(BadQuestion, match="100 years"):
        elapsed(calendar(OFFICE), at("1950-01-01T00:00Z"), at("2060-01-01T00:00Z"))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-03-02T10:00+01:00", "2026-03-02T10:00+01:00"),
        ("2026-03-02T09:00+01:00", "2026-03-02T09:00+01:00"),
        ("2026-03-02T08:59:59+01:00", "2026-03-02T09:00+01:00"),
        ("2026-03-06T17:00+01:00", "2026-03-09T09:00+01:00"),
    ],
)
def test_the_next_opening_is_now_when_open(moment: str, opening: str) -> None:
    assert next_opening(calendar(OFFICE), at(moment)) == at(opening)
