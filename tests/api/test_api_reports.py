"""Reports and mail templates over the API."""

import pytest
from api_world import World

from app import csat, relay
from app.tickets import assigning, finding, status


def rate(world: World, *scores: int) -> None:
    for score in scores:
        number = world.caller().open_ticket(category="hardware")["number"]
        with world.flask.app_context():
            ticket = finding.by_number(number)
            assigning.assign(ticket, None, by="system")
            status.change(ticket, "resolved", by="system")
            csat.answer(csat.open_survey(ticket, by="system")[0], score, "", by=ticket.contact.actor)
            relay.commit()


def test_a_report_gives_its_columns_and_rows(world: World) -> None:
    rate(world, 5, 2)
    found = world.caller("manager").get("/reports/ratings?by=category")
    assert (found["name"], found["by"], found["zone"]) == ("ratings", "category", "UTC")
    assert {column["key"] for column in found["columns"]} == found["rows"][0].keys()
    [row] = found["rows"]
    assert (row["group"], row["answers"], row["average"], row["low"]) == ("Hardware", 2, 3.5, 0.5)


@pytest.mark.parametrize(
    ("query", "field"), [("by=moon", "by"), ("from=yesterday", "from"), ("zone=Moon", "zone"), ("to=2026-02-30", "to")]
)
def test_a_wrong_question_is_refused_by_field(world: World, query: str, field: str) -> None:
    refused = world.caller("manager")("GET", f"/reports/ratings?{query}")
    assert refused.status_code == 422
    assert field in refused.json["errors"]


def test_who_may_not_read_reports_is_refused_and_an_unknown_one_is_not_found(world: World) -> None:
    assert world.caller("agent")("GET", "/reports/ratings").status_code == 403
    assert world.caller("manager")("GET", "/reports/moon").status_code == 404


def test_templates_are_listed_written_switched_and_restored(world: World) -> None:
    manager = world.caller("manager")
    listed = manager.get("/templates?page_size=200")
    ours = next(one for one in listed["items"] if (one["occasion"], one["language"]) == ("created", "de"))
    assert (ours["own"], ours["on"], ours["department"]) == (False, True, "")
    about = {"occasion": "created", "language": "de"}
    written = manager("PUT", "/templates", {**about, "subject": "Da", "body": "Hallo {{ name }}", "on": False}).json
    assert (written["subject"], written["own"], written["on"]) == ("Da", True, False)
    own = manager("PUT", "/templates", {**about, "department": "billing", "subject": "B", "body": "B"}).json
    assert own["department"] == "billing"
    assert len(manager.get("/templates?page_size=200")["items"]) == len(listed["items"]) + 1
    restored = manager("PUT", "/templates", about).json
    assert (restored["subject"], restored["own"]) == (ours["subject"], False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"subject": "A", "body": "{{ secret }}"}, "body"),
        ({"subject": "{{", "body": "B"}, "subject"),
        ({"subject": "A"}, "body"),
        ({"subject": "A", "body": "B", "language": "xx"}, "language"),
        ({"subject": "A", "body": "B", "department": "moon"}, "department"),
    ],
)
def test_a_wrong_template_is_refused_by_field(world: World, given: dict[str, str], field: str) -> None:
    refused = world.caller("manager")("PUT", "/templates", {"occasion": "created", "language": "en", **given})
    assert refused.status_code == 422
    assert field in refused.json["errors"]


def test_templates_are_a_managers_business(world: World) -> None:
    body = {"occasion": "created", "language": "en", "on": False}
    assert world.caller("agent")("PUT", "/templates", body).status_code == 403
    assert world.caller("auditor")("PUT", "/templates", body).status_code == 403
    assert world.caller("auditor")("GET", "/templates").status_code == 200
    assert world.caller("manager")("PUT", "/templates", body | {"occasion": "rating"}).status_code == 404
