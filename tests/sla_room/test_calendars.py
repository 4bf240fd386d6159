"""Calendars a manager keeps, and who works by them."""

from datetime import datetime

import pytest
from flask import Flask
from freezegun import freeze_time
from rooms_fixtures import Desk

from app import departments, sla
from app.errors import Conflict, Invalid
from app.events import take_pending

MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
OFFICE = {"timezone": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def test_several_departments_share_a_calendar_and_all_their_clocks_follow_a_change(any_app: Flask, desk: Desk) -> None:
    billing = departments.add("billing", "Billing", by="x")
    take_pending()
    row = sla.add_calendar("Office", OFFICE, by="agent:1")
    assert sla.use_calendar(row, [desk.support, billing], by="agent:1")
    assert [event.name for event in take_pending()] == [
        "calendar.added",
        *["department.calendar_changed", "promises.changed"] * 2,
    ]
    longer = OFFICE | {"hours": {"mon": [["08:00", "20:00"]]}}
    assert sla.change_calendar(row, "Office", longer, by="agent:1")
    told = take_pending()
    assert [event.name for event in told] == ["calendar.changed", "promises.changed", "promises.changed"]
    assert {event.data.get("department") for event in told[1:]} == {desk.support.id, billing.id}
    assert told[0].before is not None
    assert told[0].before["spec"]["hours"]["tue"] == [["09:00", "17:00"]]
    assert not sla.change_calendar(row, "Office", longer, by="agent:1")
    assert take_pending() == []


def test_a_new_name_moves_no_clock(app: Flask, desk: Desk) -> None:
    row = sla.add_calendar("Office", OFFICE, by="agent:1")
    sla.use_calendar(row, [desk.support], by="agent:1")
    take_pending()
    assert sla.change_calendar(row, "Head office", OFFICE, by="agent:1")
    assert [event.name for event in take_pending()] == ["calendar.changed"]


def test_a_calendar_in_use_stays_and_one_nobody_works_by_may_go(any_app: Flask, desk: Desk) -> None:
    row = sla.add_calendar("Office", OFFICE, by="agent:1")
    sla.use_calendar(row, [desk.support], by="agent:1")
    with pytest.raises(Conflict, match="Support"):
        sla.remove_calendar(row, by="agent:1")
    sla.use_calendar(row, [], by="agent:1")
    assert sla.calendar_of(desk.support).never_closes_in_a_week
    sla.remove_calendar(row, by="agent:1")
    assert sla.calendars() == []


def test_own_hours_of_a_department_leave_the_calendar_of_others_alone(app: Flask, desk: Desk) -> None:
    row = sla.add_calendar("Office", OFFICE, by="x")
    sla.use_calendar(row, [desk.support], by="x")
    assert sla.set_calendar(desk.support, OFFICE | {"timezone": "Europe/Berlin"}, by="x")
    assert (row.spec["timezone"], sla.calendar_of(desk.support).timezone) == ("UTC", "Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "spec", "field"),
    [
        ("", OFFICE, "name"),
        ("Office", OFFICE, "name"),
        ("New", OFFICE | {"timezone": "Mars"}, "timezone"),
        ("New", OFFICE | {"country": "XX"}, "country"),
        ("New", OFFICE | {"hours": {}}, "hours"),
        ("New", OFFICE | {"holidays": ["2026-01-01"] * 1_001}, "holidays"),
        ("New", "office hours", "file"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_its_field(
    any_app: Flask, desk: Desk, name: str, spec: object, field: str
) -> None:
    sla.add_calendar("Office", OFFICE, by="x")
    with pytest.raises(Invalid) as refused:
        sla.add_calendar(name, spec, by="x")
    assert list(refused.value.fields) == [field]
    assert [row.name for row in sla.calendars()] == ["Office"]


def test_a_country_closes_its_holidays_and_a_special_day_opens_one(app: Flask, desk: Desk) -> None:
    german = OFFICE | {"timezone": "Europe/Berlin", "country": "DE"}
    sla.set_calendar(desk.support, german, by="x")
    with freeze_time("2026-05-01T08:00:00Z"):  # a Friday, and a holiday
        first, _ = sla.start(desk.ticket(priority="high"), by="x")
    assert first.due_at == datetime.fromisoformat("2026-05-04T11:00:00+02:00")
    assert first.calendar == sla.calendar_of(desk.support).spec
    assert any("Closed all Fri 1 May 2026" in step["text"] for step in sla.view(first)["steps"])
    opened = [{"date": "2026-05-01", "hours": [["10:00", "11:00"]], "name": "Launch day"}]
    sla.set_calendar(desk.support, german | {"openings": opened}, by="x")
    sla.update(first, by="x")
    assert first.due_at == datetime.fromisoformat("2026-05-04T10:00:00+02:00")
    assert any("Other hours on Fri 1 May 2026, open 10:00" in step["text"] for step in sla.view(first)["steps"])
