"""Tickets over the API."""

import base64
from typing import Any

import pytest
from api_world import Caller, World

CONTRACT = {
    "number", "subject", "status", "wait_reason", "stage", "priority", "category", "tags", "department", "assignee",
    "contact", "channel", "created_at", "updated_at", "custom", "instances", "messages",
}  # fmt: skip
MESSAGE = {"id", "kind", "direction", "author", "body", "message_id", "delivery", "created_at"}


def test_an_opened_ticket_has_the_fields_of_the_contract_and_a_running_process(ann: Caller) -> None:
    ticket = ann.open_ticket(priority="high", department="billing")
    assert ticket.keys() >= CONTRACT
    assert (ticket["priority"], ticket["department"], ticket["channel"]) == ("high", "billing", "api")
    assert ticket["contact"]["email"] == "eve@example.com"
    assert [(one["process"], one["state"]) for one in ticket["instances"]] == [("request", "running")]
    assert [one.keys() >= MESSAGE and one["body"] for one in ticket["messages"]] == ["Please look at invoice 17."]
    assert ticket["created_at"].endswith("+00:00")


def test_the_answer_to_opening_says_where_the_ticket_is(ann: Caller) -> None:
    body = {"subject": "Hi", "body": "There", "contact": {"email": "eve@example.com"}}
    answer = ann("POST", "/tickets", body)
    assert answer.headers["Location"] == f"/api/v1/tickets/{answer.json['number']}"
    assert ann("GET", answer.headers["Location"].removeprefix("/api/v1")).json["subject"] == "Hi"


def test_messages_can_be_left_out(ann: Caller) -> None:
    number = ann.open_ticket()["number"]
    assert "messages" not in ann.get(f"/tickets/{number}?messages=0")
    assert "messages" not in ann.get("/tickets?messages=0")["items"][0]
    assert ann.get("/tickets")["items"][0]["messages"]


def test_a_list_comes_in_pages(ann: Caller) -> None:
    numbers = {ann.open_ticket(f"Number {n}")["number"] for n in range(5)}
    first = ann.get("/tickets?page_size=2")
    assert (len(first["items"]), first["total"], first["next"]) == (2, 5, 2)
    last = ann.get("/tickets?page_size=2&page=3")
    assert (len(last["items"]), last["next"]) == (1, None)
    everything = ann.get("/tickets?page_size=200")
    assert {one["number"] for one in everything["items"]} == numbers


def test_a_list_costs_the_same_number_of_queries_however_long_it_is(world: World, counted: Any) -> None:
    ann = world.caller()
    ann.open_ticket()
    with counted() as few:
        ann.get("/tickets")
    for n in range(6):
        ann.open_ticket(f"Number {n}", contact={"email": f"c{n}@example.com"})
    with counted() as many:
        ann.get("/tickets")
    assert len(many) == len(few)


@pytest.mark.parametrize("page_size", ["0", "201", "many"])
def test_a_page_size_out_of_bounds_is_refused_by_name(ann: Caller, page_size: str) -> None:
    answer = ann("GET", f"/tickets?page_size={page_size}")
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"page_size"}


def test_words_and_filters_narrow_a_list(ann: Caller) -> None:
    ann.open_ticket("The printer burns", priority="urgent")
    ann.open_ticket("A question")
    assert [one["subject"] for one in ann.get("/tickets?q=printer")["items"]] == ["The printer burns"]
    assert ann.get("/tickets?q=priority:urgent")["total"] == 1
    assert ann.get("/tickets?view=closed")["total"] == 0


def test_what_an_agent_sets_is_on_the_ticket(ann: Caller) -> None:
    path = f"/tickets/{ann.open_ticket()['number']}"
    assert ann("PUT", f"{path}/status", {"status": "waiting", "wait_reason": "third_party"}).json["stage"] == "Awaiting"
    assert ann("PUT", f"{path}/assignment", {"assignee": "manager@desk.test"}).status_code == 200
    assert ann("PUT", f"{path}/priority", {"priority": "urgent", "reason": "The boss called."}).status_code == 200
    assert ann("PUT", f"{path}/tags", {"tags": ["VIP", "invoice"]}).status_code == 200
    assert ann("PUT", f"{path}/category", {"category": "billing"}).status_code == 200
    ticket = ann.get(path)
    assert (ticket["status"], ticket["wait_reason"], ticket["assignee"]) == (
        "waiting",
        "third_party",
        "manager@desk.test",
    )
    assert (ticket["priority"], ticket["tags"], ticket["category"]) == ("urgent", ["vip", "invoice"], "billing")
    moved = ann("PUT", f"{path}/department", {"department": "billing"}).json
    assert (moved["department"], moved["assignee"]) == ("billing", None)
    assert ann("PUT", f"{path}/assignment", {"assignee": None}).json["assignee"] is None


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("status", {"status": "merged"}, "status"),
        ("status", {"status": "waiting", "wait_reason": "rain"}, "wait_reason"),
        ("assignment", {"assignee": "nobody@desk.test"}, "assignee"),
        ("priority", {"priority": "huge"}, "priority"),
        ("department", {"department": "moon"}, "department"),
        ("category", {"category": "moon"}, "category"),
        ("tags", {"tags": ["x" * 41]}, "tags"),
        ("tags", {"tags": [], "reson": "typo"}, "reson"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(
    ann: Caller, path: str, body: dict[str, Any], field: str
) -> None:
    number = ann.open_ticket()["number"]
    answer = ann("PUT", f"/tickets/{number}/{path}", body)
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_a_note_with_a_file_stays_inside(ann: Caller) -> None:
    path = f"/tickets/{ann.open_ticket()['number']}"
    file = {
        "filename": "a.txt",
        "content_type": "text/plain",
        "content_base64": base64.b64encode(b"hello").decode(),
    }
    answer = ann("POST", f"{path}/messages", {"body": "Look", "kind": "note", "attachments": [file]})
    assert answer.status_code == 201
    assert (answer.json["direction"], answer.json["delivery"], answer.json["author"]) == ("internal", "", "Agent")
    assert [(one["filename"], one["size"]) for one in answer.json["attachments"]] == [("a.txt", 5)]


def test_broken_base64_is_refused_with_the_number_of_the_file(ann: Caller) -> None:
    path = f"/tickets/{ann.open_ticket()['number']}"
    file = {"filename": "a.txt", "content_base64": "not base64!"}
    answer = ann("POST", f"{path}/messages", {"body": "Look", "attachments": [file]})
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["attachments.0.content_base64"]


def test_a_reply_completes_the_reply_task_that_waits(world: World) -> None:
    ann = world.caller()
    number = ann.open_ticket(category="billing", priority="low", department="support")["number"]
    world.work()
    waiting = ann.get(f"/tasks?ticket={number}")["items"]
    assert [one["form"]["schema"]["required"] for one in waiting] == [["then"]]
    answer = ann("POST", f"/tickets/{number}/messages", {"body": "It is fixed.", "then": "waiting"})
    assert (answer.status_code, answer.json["kind"], answer.json["delivery"]) == (201, "reply", "queued")
    assert waiting[0]["id"] not in [one["id"] for one in ann.get(f"/tasks?ticket={number}")["items"]]


def test_clocks_tell_when_they_are_due_and_why(world: World) -> None:
    ann = world.caller()
    number = ann.open_ticket()["number"]
    world.work()
    found = ann.get(f"/tickets/{number}/clocks")["items"]
    assert [one["kind"] for one in found] == ["first_response", "resolution"]
    assert {"due_at", "remaining_seconds", "paused_since", "state", "steps"} <= found[0].keys()
    assert found[0]["steps"][-1]["kind"] == "due"


def test_text_no_database_stores_is_cleaned(ann: Caller) -> None:
    ticket = ann.open_ticket("Nul \x00 and lone \ud800 surrogate", body="a\x00b")
    assert "\x00" not in ticket["subject"] + ticket["messages"][0]["body"]
