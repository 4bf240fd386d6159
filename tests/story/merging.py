"""Two mails about one thing: merged, answered and written to meanwhile, and taken apart again."""

from typing import Any

import pytest
from installation import Installation, letter

EVE = "Eve Moor <eve@moor.example>"
SUPPORT = "support@flowdesk.localhost"


@pytest.mark.postgres
@pytest.mark.redis
def test_a_merged_ticket_takes_no_mail_and_goes_on_when_it_is_taken_out(distributed: Installation) -> None:
    desk = distributed
    first, second = opened(desk, "Invoice 5711 is wrong"), opened(desk, "Invoice 5712 is wrong too")
    answer = replied(desk, first)
    clocks = desk.get(f"/api/v1/tickets/{first}/clocks")["items"]
    status, merged = desk.request("POST", f"/api/v1/tickets/{first}/merge", {"into": second, "reason": "Same bill"})
    assert (status, merged["status"], merged["merged_into"]) == (200, "merged", second)
    desk.until(lambda: states(desk, first) <= {"met", "cancelled"}, "the clocks have ended")
    assert [one["state"] for one in merged["instances"] if one["process"] == "request"] == ["completed"]
    wrote(desk, answer, "Is there any news?")
    desk.until(lambda: "Is there any news?" in bodies(desk, second), "what Eve writes lands on the second ticket")
    status, back = desk.request("DELETE", f"/api/v1/tickets/{first}/merge")
    assert (status, back["status"], back["merged_into"]) == (200, "waiting", None)
    assert [one["state"] for one in back["instances"] if one["process"] == "request"] == ["running"]
    assert "Is there any news?" in bodies(desk, second) and "Is there any news?" not in bodies(desk, first)
    now = desk.get(f"/api/v1/tickets/{first}/clocks")["items"]
    assert [(one["state"], one["due_at"], one["paused_since"]) for one in now] == [
        (one["state"], one["due_at"], one["paused_since"]) for one in clocks
    ]
    wrote(desk, answer, "And now?")
    desk.until(lambda: "And now?" in bodies(desk, first), "the first ticket hears from Eve again")
    desk.until(lambda: desk.get(f"/api/v1/tickets/{first}")["status"] == "customer_responded", "and its process too")
    desk.until(lambda: desk.get(f"/api/v1/tasks?ticket={first}")["items"], "which asks for a reply")
    assert desk.get("/api/v1/incidents")["items"] == []


def opened(desk: Installation, subject: str) -> str:
    desk.send_mail(letter(EVE, SUPPORT, subject, "Hello,\n\nplease send a corrected invoice.\n\nEve"))
    named = f"/api/v1/tickets?q={subject.split()[1]}"
    desk.until(lambda: desk.get(named)["items"], "the mail is a ticket")
    number = str(desk.get(named)["items"][0]["number"])
    desk.until(lambda: desk.get(f"/api/v1/tasks?ticket={number}")["items"], "there is a task")
    return number


def replied(desk: Installation, number: str) -> Any:
    body = {"body": "Which invoice do you mean?", "kind": "reply", "then": "waiting"}
    assert desk.request("POST", f"/api/v1/tickets/{number}/messages", body)[0] == 201
    left = desk.until(
        lambda: [m for m in desk.sink.to("eve@moor.example") if "Which invoice" in m.as_string()], "the reply left"
    )
    desk.until(lambda: desk.get(f"/api/v1/tickets/{number}")["status"] == "waiting", "the ticket waits")
    desk.until(lambda: "paused" in states(desk, number), "and its clock too")
    return left[0]


def wrote(desk: Installation, answer: Any, words: str) -> None:
    given = {"In_Reply_To": answer["Message-ID"]}
    desk.send_mail(letter(EVE, str(answer["Reply-To"]), f"Re: {answer['Subject']}", words, **given))


def bodies(desk: Installation, number: str) -> list[str]:
    return [message["body"] for message in desk.get(f"/api/v1/tickets/{number}")["messages"]]


def states(desk: Installation, number: str) -> set[str]:
    return {clock["state"] for clock in desk.get(f"/api/v1/tickets/{number}/clocks")["items"]}
