"""What a calendar is made of, and which ones are refused."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.errors import Invalid
from app.sla.calendar import Calendar
from app.sla.holidays import public_holidays
from app.sla.refusals import BadCalendar

NINE_TO_FIVE = {"mon": [["09:00", "17:00"]]}


def make(**changes: Any) -> Calendar:
    return Calendar.parse({"timezone": "Europe/Berlin", "hours": NINE_TO_FIVE, "holidays": []} | changes)


def every_day(first: date, days: int) -> list[str]:
    return [(first + timedelta(days=later)).isoformat() for later in range(days)]


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone", "Mars/Olympus"),
        ({"timezone": "europe/berlin"}, "timezone", "not a time zone"),
        ({"timezone": "../../etc/passwd"}, "timezone", "not a time zone"),
        ({"timezone": "Europe"}, "timezone", "not a time zone"),
        ({"timezone": ""}, "timezone", "not a time zone"),
        ({"timezone": None}, "timezone", "not a time zone"),
        ({"timezone": ["UTC"]}, "timezone", "not a time zone"),
        ({"hours": None}, "hours", "object of weekdays"),
        ({"hours": []}, "hours", "object of weekdays"),
        ({"hours": {}}, "hours", "no open time"),
        ({"hours": {"mon": [], "tue": None}}, "hours", "no open time"),
        ({"hours": {"monday": [["09:00", "17:00"]]}}, "hours", "monday"),
        ({"hours": {1: [["09:00", "17:00"]]}}, "hours", "not a weekday"),
        ({"hours": {"mon": "09:00-17:00"}}, "hours.mon", "list of periods"),
        ({"hours": {"mon": ["09:00", "17:00"]}}, "hours.mon", "not a period"),
        ({"hours": {"mon": [["09:00"]]}}, "hours.mon", "not a period"),
        ({"hours": {"mon": [["9:00", "17:00"]]}}, "hours.mon", "'9:00'"),
        ({"hours": {"mon": [["09:00", "24:01"]]}}, "hours.mon", "24:01"),
        ({"hours": {"mon": [["09:00", "25:00"]]}}, "hours.mon", "25:00"),
        ({"hours": {"mon": [["09:00", "16:60"]]}}, "hours.mon", "16:60"),
        ({"hours": {"mon": [["09:00", "17:00:60"]]}}, "hours.mon", "17:00:60"),
        ({"hours": {"mon": [["09:00", "١٧:٠٠"]]}}, "hours.mon", "not a time"),
        ({"hours": {"mon": [["09:00", "17:00\n"]]}}, "hours.mon", "not a time"),
        ({"hours": {"mon": [[9, 17]]}}, "hours.mon", "not a time"),
        ({"hours": {"mon": [["24:00", "06:00"]]}}, "hours.mon", "cannot open at 24:00"),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, "hours.mon", "no length"),
        ({"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "hours", "mon 09:00-12:00 overlaps mon 11:00"),
        ({"hours": {"mon": [["09:00", "12:00"], ["09:00", "12:00"]]}}, "hours", "overlaps"),
        ({"hours": {"mon": [["08:00", "18:00"], ["09:00", "10:00"]]}}, "hours", "overlaps"),
        ({"hours": {"mon": [["22:00", "06:00"]], "tue": [["05:59:59", "09:00"]]}}, "hours", "mon 22:00-06:00 overlaps"),
        ({"hours": {"sun": [["22:00", "06:00"]], "mon": [["05:00", "09:00"]]}}, "hours", "sun 22:00-06:00 overlaps"),
        ({"hours": {"mon": [["23:00", "01:00"], ["22:00", "23:30"]]}}, "hours", "overlaps"),
        ({"holidays": "2026-12-25"}, "holidays", "list of dates"),
        ({"holidays": ["25.12.2026"]}, "holidays", "25.12.2026"),
        ({"holidays": ["20261225"]}, "holidays", "20261225"),
        ({"holidays": ["2026-02-29"]}, "holidays", "2026-02-29"),
        ({"holidays": [20261225]}, "holidays", "20261225"),
        ({"holidays": [None]}, "holidays", "None"),
        ({"holidays": [{"name": "Christmas"}]}, "holidays", "Christmas"),
        ({"holidays": [{"date": "2026-12-25", "name": 7}]}, "holidays", "2026-12-25"),
        ({"holidays": every_day(date(2026, 1, 1), 400)}, "holidays", "no open time"),
        ({"holidays": every_day(date(2026, 1, 1), 400)[::-1]}, "holidays", "no open time"),
        ({"holiday": ["2026-12-25"]}, "holiday", "not known"),
    ],
)
def test_a_calendar_that_cannot_be_meant_is_refused_and_says_where(
    changes: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(BadCalendar) as refused:
        make(**changes)
    assert list(refused.value.fields) == [field]
    assert says in refused.value.detail
    assert field in refused.value.detail
    assert isinstance(refused.value, Invalid)


@pytest.mark.parametrize("data", [None, [], "UTC", 7])
def test_what_is_no_object_is_no_calendar(data: object) -> None:
    with pytest.raises(BadCalendar, match="must be an object"):
        Calendar.parse(data)


def test_timezone_and_hours_must_be_given_and_holidays_need_not() -> None:
    with pytest.raises(BadCalendar, match="timezone"):
        Calendar.parse({"hours": NINE_TO_FIVE})
    with pytest.raises(BadCalendar, match="hours"):
        Calendar.parse({"timezone": "UTC"})
    assert Calendar.parse({"timezone": "UTC", "hours": NINE_TO_FIVE, "name": "Desk"}).holidays == ()


def test_touching_periods_are_one_and_night_shifts_are_cut_at_midnight() -> None:
    calendar = make(
        hours={
            "mon": [["12:00", "17:00"], ["09:00", "12:00"]],
            "tue": [["22:00", "06:00"]],
            "wed": [["06:00", "07:00:30"]],
            "sun": [["20:00", "00:00"]],
        }
    )
    assert calendar.as_json()["hours"] == {
        "mon": [["09:00", "17:00"]],
        "tue": [["22:00", "24:00"]],
        "wed": [["00:00", "07:00:30"]],
        "sun": [["20:00", "24:00"]],
    }


def test_a_calendar_survives_being_written_and_read() -> None:
    calendar = make(
        hours={"sun": [["22:00", "06:00:15"]], "wed": [["00:00", "24:00"]]},
        holidays=["2026-12-26", {"date": "2026-12-25", "name": "Christmas Day"}, "2026-12-25"],
    )
    assert Calendar.parse(calendar.as_json()) == calendar
    assert [holiday.name for holiday in calendar.holidays] == ["Christmas Day", ""]


def test_a_closure_of_a_year_is_allowed_as_long_as_it_opens_again() -> None:
    mondays = [(date(2026, 1, 5) + timedelta(weeks=week)).isoformat() for week in range(52)]
    assert make(holidays=mondays).is_open(datetime(2027, 1, 4, 10, tzinfo=ZoneInfo("Europe/Berlin")))
    with pytest.raises(BadCalendar, match="no open time for more than a year from 2026-01-05"):
        make(holidays=[*mondays, "2027-01-04", "2027-01-11"])


def test_open_is_what_the_wall_clock_says() -> None:
    calendar = make(hours={"mon": [["22:00", "06:00"]]}, holidays=["2026-03-03"])
    berlin = ZoneInfo("Europe/Berlin")
    assert not calendar.is_open(datetime(2026, 3, 2, 21, 59, 59, 999_999, tzinfo=berlin))
    assert calendar.is_open(datetime(2026, 3, 2, 21, tzinfo=UTC))
    assert not calendar.is_open(datetime(2026, 3, 3, 1, tzinfo=berlin)), "a holiday ends the night shift at midnight"
    assert calendar.is_open(datetime(2026, 3, 10, 5, 59, 59, tzinfo=berlin))
    assert not calendar.is_open(datetime(2026, 3, 10, 6, tzinfo=berlin))


def test_round_the_clock_is_the_same_as_all_days_in_full() -> None:
    full = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    assert Calendar.round_the_clock("Asia/Kolkata") == Calendar.parse({"timezone": "Asia/Kolkata", "hours": full})


def test_public_holidays_come_with_their_names() -> None:
    german = {holiday.on: holiday.name for holiday in public_holidays("DE", [2026])}
    assert date(2026, 10, 3) in german
    assert german[date(2026, 12, 25)]
    assert date(2026, 1, 6) not in german
    assert date(2026, 1, 6) in {holiday.on for holiday in public_holidays("DE", [2026], "BY")}


def test_an_unknown_country_or_subdivision_is_refused() -> None:
    with pytest.raises(BadCalendar, match="country"):
        public_holidays("XX", [2026])
    with pytest.raises(BadCalendar, match="subdivision"):
        public_holidays("DE", [2026], "ZZ")
