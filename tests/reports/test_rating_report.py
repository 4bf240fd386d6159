"""The ratings report: counted in the database, by whose days, against the period before."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from rooms_fixtures import Desk

from app import csat, reports, sla
from app.contacts.contact import Organisation
from app.csat import Survey
from app.db import db
from app.errors import Invalid, NotFound
from app.reports import Column, Period, ratings
from app.tickets import assigning, status

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def rated(desk: Desk, score: int, at: datetime, comment: str = "", **more: Any) -> Survey:
    with freeze_time(at):
        ticket = desk.ticket(**more)
        assigning.assign(ticket, desk.ann, by="system")
        status.change(ticket, "resolved", by="system")
        survey, _ = csat.open_survey(ticket, by="system")
        csat.answer(survey, score, comment, by="contact:1")
        return survey


def march(zone: str = "UTC") -> Period:
    return reports.parse("2026-03-01", "2026-03-31", zone)


@pytest.fixture
def scored(any_app: Flask, desk: Desk) -> Desk:
    acme = Organisation(name="Acme")
    db.session.add(acme)
    db.session.flush()
    desk.eve.organisation_id, desk.eve.product = acme.id, "Printer"
    for score, day in ((5, 3), (4, 3), (1, 20)):
        rated(desk, score, datetime(2026, 3, day, 12, tzinfo=UTC), category="billing")
    rated(desk, 2, datetime(2026, 2, 20, 12, tzinfo=UTC), category="hardware")
    return desk


GROUPS = {"agent": "Ann", "department": "Support", "category": "Billing", "product": "Printer", "organisation": "Acme"}


def test_answers_are_counted_by_everything_they_are_about(scored: Desk) -> None:
    for by, name in GROUPS.items():
        row = ratings.rows(march(), by)[0]
        assert (row["group"], row["answers"]) == (name, 3)
        assert (row["average"], row["good"], row["low"]) == pytest.approx((10 / 3, 2 / 3, 1 / 3))
        assert [row[f"stars_{number}"] for number in range(1, 6)] == [1, 0, 0, 1, 1]


def test_the_period_before_stands_beside_it(scored: Desk) -> None:
    rows = {row["group"]: row for row in ratings.rows(march(), "category")}
    assert (rows["Billing"]["answers_before"], rows["Billing"]["average_before"]) == (0, None)
    assert (rows["Hardware"]["answers"], rows["Hardware"]["average_before"]) == (0, 2.0)
    assert (ratings.total(march())["answers"], ratings.total(march())["answers_before"]) == (3, 1)


def test_every_day_week_and_month_of_a_period_has_its_row(scored: Desk) -> None:
    days = ratings.rows(march(), "day")
    assert len(days) == 31
    assert [row["group"] for row in days if row["answers"]] == ["2026-03-03", "2026-03-20"]
    assert [row["group"] for row in ratings.rows(march(), "week")][:2] == ["2026-02-23", "2026-03-02"]
    assert [row["answers"] for row in ratings.rows(march(), "month")] == [3]


def test_a_day_is_that_of_the_zone_also_when_the_clocks_change(any_app: Flask, desk: Desk) -> None:
    rated(desk, 5, datetime(2026, 3, 29, 22, 30, tzinfo=UTC))
    for zone, day in {"UTC": 29, "Europe/Berlin": 30, "America/New_York": 29, "Asia/Kathmandu": 30}.items():
        found = {begin: stars for begin, stars in ratings.over_time(march(zone), "day").items() if sum(stars)}
        assert found == {date(2026, 3, day): [0, 0, 0, 0, 1]}


def test_the_edges_of_a_period_are_midnights_of_its_zone(desk: Desk) -> None:
    for hour in (22, 23):
        rated(desk, 5, datetime(2026, 2, 28, hour, tzinfo=UTC))  # 23:00 and 00:00 in Berlin
    assert ratings.total(march("Europe/Berlin"))["answers"] == 1
    assert ratings.total(march("UTC"))["answers"] == 0


def test_the_day_the_clocks_go_forward_has_23_hours() -> None:
    day = Period(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")
    assert day.end - day.start == timedelta(hours=23)
    assert (day.before().first, day.before().days) == (date(2026, 3, 28), 1)


def test_the_usual_period_is_the_last_thirty_days_of_the_desk(app: Flask, desk: Desk) -> None:
    hours = {"timezone": "Pacific/Auckland", "hours": {"mon": [["09:00", "17:00"]]}, "holidays": []}
    sla.set_calendar(desk.support, hours, by="system")
    with freeze_time(NOW):
        period = reports.parse()
    assert (period.first, period.last, period.zone) == (date(2026, 3, 4), date(2026, 4, 2), "Pacific/Auckland")


@pytest.mark.parametrize(
    ("first", "last", "zone", "field"),
    [
        ("2026-13-01", "", "", "from"),
        ("", "yesterday", "", "to"),
        ("2026-03-02", "2026-03-01", "", "to"),
        ("2001-01-01", "2026-03-01", "", "from"),
        ("0001-01-01", "", "", "from"),
        ("", "", "Mars/Olympus", "zone"),
        ("", "", "../../etc/passwd", "zone"),
    ],
)
def test_a_wrong_period_is_refused_by_field(desk: Desk, first: str, last: str, zone: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        reports.parse(first, last, zone)
    assert field in refused.value.fields


def test_words_are_listed_newest_first_and_low_ones_alone(scored: Desk) -> None:
    rated(scored, 1, datetime(2026, 3, 21, tzinfo=UTC), "Worse")
    rated(scored, 5, datetime(2026, 3, 22, tzinfo=UTC), "Great")
    assert [survey.comment for survey in ratings.comments(march(), 1, 20).items] == ["Great", "Worse"]
    assert [survey.comment for survey in ratings.comments(march(), 1, 20, only_low=True).items] == ["Worse"]
    page = ratings.comments(march(), 1, 1)
    assert ([survey.comment for survey in page.items], page.next) == (["Great"], 2)


def test_a_report_there_is_not_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        reports.by_name("period")
    assert list(reports.all_reports()) == ["ratings"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "|calc", "%0A"])
def test_a_cell_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    written = reports.as_csv([Column("group", "Group", "text")], [{"group": text}])
    assert list(csv.reader(io.StringIO(written, newline="")))[1] == [f"'{text}"]


@given(st.text(alphabet=st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"]), max_size=30))
def test_no_cell_of_the_file_is_a_formula(text: str) -> None:
    written = reports.as_csv([Column("group", "Group", "text")], [{"group": text}])
    cell = (list(csv.reader(io.StringIO(written, newline="")))[1] or [""])[0]
    assert cell in {text, f"'{text}"}
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))
