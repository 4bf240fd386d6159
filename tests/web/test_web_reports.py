"""The page of ratings and its file."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from web_desk import WebDesk

from app import csat, relay
from app.csat import Survey
from app.db import db
from app.tickets import finding, status

PATH = "/reports/ratings"


def rated(desk: WebDesk, score: int, comment: str, day: int) -> str:
    number = desk.mail("Broken <b>thing</b>")
    with desk.flask.app_context():
        ticket = finding.by_number(number)
        status.change(ticket, "resolved", by="system")
        survey, _ = csat.open_survey(ticket, by="system")
        csat.answer(survey, score, comment, by="contact:1")
        relay.commit()
        at = datetime(2026, 3, day, 12, tzinfo=UTC)
        db.session.execute(update(Survey).where(Survey.id == survey.id).values(answered_at=at))
        db.session.commit()
    return number


def test_before_anybody_rated_the_page_says_how_it_comes_about(desk: WebDesk):
    page = desk.person("senior").get(PATH).text
    assert "Nobody has rated in this period" in page
    assert 'aria-current="page"' in page


def test_figures_chart_table_and_words_are_shown_with_links_to_the_tickets(desk: WebDesk):
    first, _ = rated(desk, 5, "Great <script>", 3), rated(desk, 1, "", 4)
    page = desk.person("manager").get(f"{PATH}?from=2026-03-01&to=2026-03-31&by=day").text
    assert "<b>3.00</b>" in page
    assert "report-chart" in page
    assert "Great &lt;script&gt;" in page
    assert f"/tickets/{first}" in page
    assert "Broken &lt;b&gt;thing&lt;/b&gt;" in page
    low = desk.person("manager").get(f"{PATH}?from=2026-03-01&to=2026-03-31&low=1").text
    assert "Great" not in low


def test_the_file_holds_the_same_rows(desk: WebDesk):
    rated(desk, 4, "", 3)
    answer = desk.person("auditor").get(f"{PATH}.csv?from=2026-03-01&to=2026-03-31&by=department")
    assert answer.mimetype == "text/csv"
    assert "ratings-department-2026-03-01-2026-03-31.csv" in answer.headers["Content-Disposition"]
    assert answer.data.decode("utf-8-sig").splitlines()[1].startswith("Billing,1,4.0,1.0,0.0,0,1,")


@pytest.mark.parametrize("query", ["from=yesterday", "from=2026-03-02&to=2026-03-01", "zone=Moon", "from=2000-01-01"])
def test_a_wrong_period_is_told_and_the_usual_one_shown(desk: WebDesk, query: str):
    answer = desk.person("manager").get(f"{PATH}?{query}")
    assert answer.status_code == 422
    assert "The last 30 days are shown instead" in answer.text


def test_an_agent_sees_no_reports(ann):
    assert PATH not in ann.get("/").text
    assert ann.get(PATH).status_code == 403
    assert ann.get(f"{PATH}.csv").status_code == 403
