"""The main job through the front door: a mail becomes a ticket, is answered, resolved, rated and closed."""

import re
from typing import Any

import pytest
from installation import Installation, letter

MARIA = "Maria Lopes <maria@acme.example>"


BOTH = ["embedded", pytest.param("distributed", marks=[pytest.mark.postgres, pytest.mark.redis])]


@pytest.mark.parametrize("setup", BOTH)
def test_a_mail_becomes_a_ticket_is_answered_resolved_rated_and_closed(
    setup: str, request: pytest.FixtureRequest
) -> None:
    desk: Installation = request.getfixturevalue(setup)
    number = a_mail_becomes_a_routed_timed_assigned_ticket(desk)
    reply = the_reply_reaches_the_customer(desk, number)
    the_answer_comes_back_on_the_same_ticket(desk, number, reply)
    rating = resolving_asks_for_a_rating(desk, number)
    the_rating_closes_the_ticket(desk, number, rating)
    the_history_tells_it_all(desk, number)


def ticket(desk: Installation, number: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.get(f"/api/v1/tickets/{number}")
    return found


def has_status(desk: Installation, number: str, status: str) -> bool:
    return bool(ticket(desk, number)["status"] == status)


def a_mail_becomes_a_routed_timed_assigned_ticket(desk: Installation) -> str:
    desk.send_mail(
        letter(
            MARIA,
            "support@flowdesk.localhost",
            "Invoice 4711 is wrong",
            "Hello,\n\nyour invoice 4711 charges us twice for the licence. Please send a corrected one.\n\nMaria",
        )
    )
    [found] = desk.until(lambda: desk.get("/api/v1/tickets?q=4711")["items"], "the mail is a ticket")
    number = str(found["number"])
    desk.until(lambda: ticket(desk, number)["assignee"], "the ticket is assigned")
    desk.until(lambda: desk.get(f"/api/v1/tasks?ticket={number}")["items"], "there is a task")
    now = ticket(desk, number)
    assert number.startswith("TKT-")
    assert (now["status"], now["channel"], now["category"]) == ("open", "email", "billing")
    assert now["contact"]["email"] == "maria@acme.example"
    assert now["messages"][0]["body"].startswith("Hello,")
    clocks = desk.get(f"/api/v1/tickets/{number}/clocks")["items"]
    assert {c["kind"]: c["state"] for c in clocks} == {"first_response": "running", "resolution": "running"}
    assert all(c["due_at"] and c["remaining_seconds"] > 0 and c["steps"] for c in clocks)
    [acknowledged] = desk.until(lambda: desk.sink.to("maria@acme.example"), "the customer is told")
    assert number in acknowledged.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert acknowledged["Auto-Submitted"].startswith("auto-")
    return number


def the_reply_reaches_the_customer(desk: Installation, number: str) -> Any:
    [task] = desk.until(lambda: desk.get(f"/api/v1/tasks?ticket={number}")["items"], "a reply is asked for")
    assert task["name"] and task["form"]["data"]["body"]
    body = "Hello Maria,\n\nyou are right. The corrected invoice is on its way.\n\nAnn"
    status, _ = desk.request("POST", f"/api/v1/tickets/{number}/messages", {"body": body, "kind": "reply"})
    assert status == 201
    sent = lambda: [m for m in desk.sink.to("maria@acme.example") if "corrected invoice is on its way" in m.as_string()]  # noqa: E731
    [reply] = desk.until(sent, "the reply left")
    assert reply["Subject"] == "Re: Invoice 4711 is wrong"
    desk.until(lambda: "sent" in [m["delivery"] for m in ticket(desk, number)["messages"]], "its delivery is known")
    first = next(c for c in desk.get(f"/api/v1/tickets/{number}/clocks")["items"] if c["kind"] == "first_response")
    desk.until(
        lambda: first["state"] == "met" or desk.get(f"/api/v1/tickets/{number}/clocks")["items"][0]["state"] == "met",
        "the promise is met",
    )
    status, problem = desk.request(
        "POST", f"/api/v1/tasks/{task['id']}/completion", {"body": "again", "then": "waiting"}
    )
    assert (status, problem["status"]) == (409, 409)
    return reply


def the_answer_comes_back_on_the_same_ticket(desk: Installation, number: str, reply: Any) -> None:
    desk.until(lambda: ticket(desk, number)["status"] == "in_progress", "the desk waits for the customer")
    quoted = "Thank you, that was quick!\n\nOn Tue, Ann wrote:\n> Hello Maria,\n> you are right."
    answer = letter(MARIA, str(reply["Reply-To"]), "Re: Invoice 4711 is wrong", quoted, In_Reply_To=reply["Message-ID"])
    desk.send_mail(answer)
    desk.until(lambda: has_status(desk, number, "customer_responded"), "the customer's answer surfaced")
    said = ticket(desk, number)["messages"]
    assert [m["body"] for m in said if m["direction"] == "in"][-1] == "Thank you, that was quick!"
    assert desk.get("/api/v1/tickets?q=from:maria@acme.example")["total"] == 1
    desk.until(lambda: desk.get(f"/api/v1/tasks?ticket={number}")["items"], "a reply is asked for again")


def resolving_asks_for_a_rating(desk: Installation, number: str) -> str:
    status, _ = desk.request("PUT", f"/api/v1/tickets/{number}/status", {"status": "resolved", "reason": "Sent it."})
    assert status == 200
    ask = lambda: [m for m in desk.sink.to("maria@acme.example") if "/rate/" in m.as_string()]  # noqa: E731
    [survey] = desk.until(ask, "the customer is asked")
    found = re.search(r"/rate/[\w.-]+", survey.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert found
    assert not desk.get(f"/api/v1/tasks?ticket={number}")["items"]
    return found.group()


def the_rating_closes_the_ticket(desk: Installation, number: str, path: str) -> None:
    status, page = desk.request("GET", f"{path}?score=5")
    assert status == 200
    assert has_status(desk, number, "resolved"), "opening the link alone must not rate"
    rate(desk, path, page, score=5, comment="Great help")
    desk.until(lambda: has_status(desk, number, "closed"), "the ticket is closed")


def rate(desk: Installation, path: str, page: str, score: int, comment: str) -> None:
    """Send the rating page's form as a browser would."""
    import http.cookiejar
    import urllib.parse
    import urllib.request

    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(f"{desk.url}{path}?score={score}", timeout=20).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    form = urllib.parse.urlencode({"csrf_token": token.group(1), "score": score, "comment": comment})
    assert browser.open(f"{desk.url}{path}", data=form.encode(), timeout=20).status == 200


def the_history_tells_it_all(desk: Installation, number: str) -> None:
    ended = lambda: all(i["state"] == "completed" for i in ticket(desk, number)["instances"])  # noqa: E731
    desk.until(ended, "every process ended")
    instances = {i["process"]: i["id"] for i in ticket(desk, number)["instances"]}
    assert set(instances) == {"request", "sla", "next_response", "csat"}
    rows = desk.get(f"/api/v1/instances/{instances['request']}/history")["items"]
    assert [r["seq"] for r in rows] == list(range(1, len(rows) + 1))
    assert {r["ticket"] for r in rows} == {number}
    replied = next(r for r in rows if r["kind"] == "completed" and r["actor"].startswith("agent:"))
    assert replied["inputs"]["body"].startswith("Hello Maria")
    diagram = desk.get(f"/api/v1/instances/{instances['request']}/diagram")
    assert diagram["flows"] and diagram["completed"] and not diagram["active"]
    verified = desk.run("audit", "verify")
    assert verified.returncode == 0, verified.stdout.decode() + verified.stderr.decode()
