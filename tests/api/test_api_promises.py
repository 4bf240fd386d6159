"""Policies and calendars over the API."""

from typing import Any

import pytest
from api_world import Caller, World

OFFICE = {"timezone": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


@pytest.fixture
def manager(any_world: World) -> Caller:
    """Give a manager."""
    return any_world.caller("manager")


def clocks(caller: Caller, number: str) -> dict[str, Any]:
    return {one["kind"]: one for one in caller.get(f"/tickets/{number}/clocks")["items"]}


def test_a_policy_that_is_set_moves_the_clocks_of_open_tickets(any_world: World, manager: Caller) -> None:
    number = any_world.caller("agent").open_ticket(priority="high")["number"]
    any_world.work()
    before = clocks(manager, number)
    answer = manager("PUT", "/policies", {"priority": "high", "first_response": 60, "next_response": None})
    assert answer.status_code == 200, answer.text
    assert (answer.json["first_response"], answer.json["resolution"], answer.json["department"]) == (60, None, None)
    any_world.work()
    after = clocks(manager, number)
    assert (before["first_response"]["budget_seconds"], after["first_response"]["budget_seconds"]) == (7200, 60)
    assert after["first_response"]["due_at"] < before["first_response"]["due_at"]
    assert (after["resolution"]["state"], after["resolution"]["due_at"]) == ("cancelled", None)
    assert "1 min" in after["first_response"]["steps"][0]["text"]


def test_an_exception_of_a_department_is_set_listed_and_taken_away(manager: Caller) -> None:
    place = {"priority": "low", "department": "billing"}
    made = manager("PUT", "/policies", place | {"resolution": 3600, "pauses": {"resolution": ["review"]}}).json
    assert made["pauses"]["resolution"] == ["review"]
    assert made["pauses"]["next_response"] == ["customer", "delivery", "review", "third_party"]
    assert manager.get("/policies")["total"] == 5
    assert manager("DELETE", f"/policies/{made['id']}").status_code == 200
    assert manager.get("/policies")["total"] == 4
    assert manager("DELETE", f"/policies/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"priority": "high", "first_response": 0}, "first_response"),
        ({"priority": "high", "first_response": -5}, "first_response"),
        ({"priority": "high", "idle": 10**9}, "idle"),
        ({"priority": "high", "resolution": "1 h"}, "resolution"),
        ({"priority": "highest"}, "priority"),
        ({"priority": "high", "department": "moon"}, "department"),
        ({"priority": "high", "organisation": "nobody"}, "organisation"),
        ({"priority": "high", "near_breach": 1.5}, "near_breach"),
        ({"priority": "high", "pauses": {"resolution": ["rain"]}}, "pauses"),
        ({"priority": "high", "first": 60}, "first"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_with_its_field(world: World, body: dict[str, Any], field: str) -> None:
    answer = world.caller("manager")("PUT", "/policies", body)
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.json["errors"]), answer.json


def test_a_calendar_is_made_given_to_a_department_changed_and_removed(any_world: World, manager: Caller) -> None:
    number = any_world.caller("agent").open_ticket()["number"]
    any_world.work()
    made = manager("POST", "/calendars", {"name": "Office", "spec": OFFICE | {"country": "DE"}})
    assert (made.status_code, made.json["spec"]["country"], made.json["departments"]) == (201, "DE", [])
    path = f"/calendars/{made.json['id']}"
    given = manager("PUT", "/departments/billing/calendar", {"calendar": made.json["id"]})
    assert given.json["calendar"]["country"] == "DE"
    any_world.work()
    steps = clocks(manager, number)["first_response"]["steps"]
    assert "of opening hours (UTC)" in steps[0]["text"]
    shorter = OFFICE | {"hours": {"mon": [["09:00", "10:00"]]}}
    assert manager("PUT", path, {"name": "Office", "spec": shorter}).status_code == 200
    any_world.work()
    assert manager("DELETE", path).status_code == 409
    assert manager("PUT", "/departments/billing/calendar", {"calendar": None}).json["calendar"] is None
    assert manager("DELETE", path).status_code == 200
    assert manager.get("/calendars")["items"] == []
    names = {one["name"] for one in any_world.caller("auditor").get("/audit?page_size=200")["items"]}
    assert {"calendar.added", "calendar.changed", "calendar.removed", "department.calendar_changed"} <= names


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({}, "timezone"),
        (OFFICE | {"hours": {}}, "hours"),
        (OFFICE | {"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "hours"),
        (OFFICE | {"country": "Atlantis"}, "country"),
        (OFFICE | {"openings": [{"date": "2026-12-24"}]}, "openings.2026-12-24"),
        (OFFICE | {"colour": "blue"}, "colour"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_its_field(world: World, spec: dict[str, Any], field: str) -> None:
    answer = world.caller("manager")("POST", "/calendars", {"name": "New", "spec": spec})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_an_agent_may_not_set_what_is_promised(world: World) -> None:
    ann = world.caller("agent")
    assert ann("PUT", "/policies", {"priority": "high"}).status_code == 403
    assert ann("POST", "/calendars", {"name": "New", "spec": OFFICE}).status_code == 403
    assert ann("GET", "/policies").status_code == 403
