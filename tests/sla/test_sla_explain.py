"""Why is it due then?"""

from datetime import datetime
from typing import Any

import pytest

from app.sla.calendar import Calendar
from app.sla.due import due
from app.sla.explain import sentences

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]}
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
HOUR = 3600


def calendar(hours: dict[str, Any], timezone: str = "Europe/Berlin", holidays: Any = ()) -> Calendar:
    return Calendar.parse({"timezone": timezone, "hours": hours, "holidays": list(holidays)})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_clock_tells_its_way_in_sentences() -> None:
    desk = calendar(OFFICE, holidays=["2026-12-24", {"date": "2026-12-25", "name": "Christmas Day"}])
    pauses = [(at("2026-12-23T10:00+01:00"), at("2026-12-23T10:30:15+01:00"))]
    result = due(desk, at("2026-12-22T19:00+01:00"), 8 * HOUR, pauses)
    assert sentences(result.steps) == [
        "Started outside opening hours: closed Tue 22 Dec 2026 19:00 to Wed 23 Dec 2026 09:00.",
        "Counted 1 h: Wed 23 Dec 2026 09:00 to 10:00.",
        "Paused Wed 23 Dec 2026 10:00 to 10:30:15; nothing counts.",
        "Counted 1 h 29 min 45 s: Wed 23 Dec 2026 10:30:15 to 12:00.",
        "Counted 4 h: Wed 23 Dec 2026 13:00 to 17:00.",
        "Closed all Thu 24 Dec 2026: holiday.",
        "Closed all Fri 25 Dec 2026: Christmas Day.",
        "Closed Sat 26 Dec 2026 00:00 to Sun 27 Dec 2026 24:00.",
        "Counted 1 h 30 min 15 s: Mon 28 Dec 2026 09:00 to 10:30:15.",
        "Due Mon 28 Dec 2026 10:30:15 (+01:00): the budget of 8 h is used up.",
    ]


def test_a_step_is_plain_json() -> None:
    result = due(calendar(OFFICE), at("2026-03-02T08:00:00.5Z"), 0.25)
    assert [step.as_json() for step in result.steps] == [
        {
            "kind": "counted",
            "from": "2026-03-02T09:00:00.500000+01:00",
            "to": "2026-03-02T09:00:00.750000+01:00",
            "seconds": 0.25,
            "text": "Counted 0.25 s: Mon 2 Mar 2026 09:00:00.5 to 09:00:00.75.",
        },
        {
            "kind": "due",
            "from": "2026-03-02T09:00:00.750000+01:00",
            "to": "2026-03-02T09:00:00.750000+01:00",
            "seconds": 0,
            "text": "Due Mon 2 Mar 2026 09:00:00.75 (+01:00): the budget of 0.25 s is used up.",
        },
    ]


def test_a_lasting_pause_tells_what_is_left() -> None:
    result = due(calendar(OFFICE), at("2026-03-02T09:00+01:00"), 2 * HOUR, [(at("2026-03-02T10:15+01:00"), None)])
    assert sentences(result.steps)[-1] == "Paused since Mon 2 Mar 2026 10:15; 45 min left."
    assert result.steps[-1].as_json()["to"] is None


@pytest.mark.parametrize(
    ("timezone", "start", "sentence"),
    [
        (
            "Europe/Berlin",
            "2026-03-28T12:00+01:00",
            "Clocks went forward from Sun 29 Mar 2026 02:00 to 03:00: this day has 23 hours.",
        ),
        (
            "Europe/Berlin",
            "2026-10-24T12:00+02:00",
            "Clocks went back from Sun 25 Oct 2026 03:00 to 02:00: this day has 25 hours.",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-03T12:00+10:30",
            "Clocks went forward from Sun 4 Oct 2026 02:00 to 02:30: this day has 23.5 hours.",
        ),
        (
            "America/Sao_Paulo",
            "2018-11-03T12:00-03:00",
            "Clocks went forward from Sun 4 Nov 2018 00:00 to 01:00: this day has 23 hours.",
        ),
        (
            "America/Sao_Paulo",
            "2018-02-17T12:00-02:00",
            "Clocks went back from Sun 18 Feb 2018 00:00 to Sat 17 Feb 2018 23:00: this day has 25 hours.",
        ),
        (
            "Pacific/Apia",
            "2011-12-29T12:00-10:00",
            "Clocks went forward from Fri 30 Dec 2011 00:00 to 24:00: Fri 30 Dec 2011 did not happen here.",
        ),
    ],
)
def test_clock_changes_are_told(timezone: str, start: str, sentence: str) -> None:
    result = due(calendar(ALWAYS, timezone), at(start), 48 * HOUR)
    assert [step.kind for step in result.steps] == ["counted", "dst", "counted", "due"]
    assert result.steps[1].text == sentence


def test_a_clock_change_inside_a_pause_is_told_after_it() -> None:
    pauses = [(at("2026-03-28T12:00+01:00"), at("2026-03-30T12:00+02:00"))]
    result = due(calendar(ALWAYS), at("2026-03-28T11:00+01:00"), 2 * HOUR, pauses)
    assert [step.kind for step in result.steps] == ["counted", "pause", "dst", "counted", "due"]


def test_round_the_clock_is_one_counted_step_even_over_new_year() -> None:
    result = due(calendar(ALWAYS), at("2026-12-01T12:00+01:00"), 60 * 24 * HOUR)
    assert [step.kind for step in result.steps] == ["counted", "due"]


def test_a_night_shift_is_one_counted_step() -> None:
    result = due(calendar({"wed": [["22:00", "06:00"]]}, "UTC"), at("2026-12-30T12:00Z"), 8 * HOUR)
    assert [step.text for step in result.steps][1] == "Counted 8 h: Wed 30 Dec 2026 22:00 to Thu 31 Dec 2026 06:00."


def test_a_long_way_is_told_in_few_steps_that_still_name_every_holiday_and_add_up() -> None:
    holidays = [f"{year}-12-25" for year in range(2026, 2036)]
    result = due(calendar(OFFICE, holidays=holidays), at("2026-01-01T00:00Z"), 18_000 * HOUR)
    assert len(result.steps) < 100
    assert sum(step.seconds for step in result.steps) == 18_000 * HOUR
    assert [step.start.year for step in result.steps if step.kind == "holiday"] == [2026, 2028, 2029, 2030, 2031, 2034]
    assert [step.kind for step in result.steps][-2:] == ["counted", "due"]
    assert all(earlier.end <= later.start for earlier, later in zip(result.steps, result.steps[1:], strict=False))
    joined = [step.text for step in result.steps if "within opening hours" in step.text]
    assert "Mon 30 Mar 2026 09:00 to Fri 23 Oct 2026 17:00" in joined[1]


def test_what_is_too_much_to_list_is_numbered() -> None:
    holidays = [f"{year}-{month:02}-1{day}" for year in range(2026, 2036) for month in range(1, 13) for day in range(4)]
    result = due(calendar(OFFICE, holidays=holidays), at("2026-01-01T00:00Z"), 10_000 * HOUR)
    assert len(result.steps) < 130
    assert sum(step.seconds for step in result.steps) == 10_000 * HOUR
    assert any("more closures, pauses or clock changes follow" in step.text for step in result.steps)
