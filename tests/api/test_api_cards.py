"""Change requests and cards, from the API to the customer's mailbox."""

from typing import Any

import pytest
from api_world import Caller, World
from sqlalchemy import select

from app import contacts, relay
from app.cards import boards
from app.db import db
from app.engine.models import UserTask
from app.tickets.messages import Message

SHOP = {"project": "SHOP", "segment": "checkout"}


def set_up(world: World) -> World:
    """Add the project SHOP, its segment checkout, and Eve who may raise change requests."""
    with world.flask.app_context():
        project = boards.add_project("SHOP", "Web shop", by="system")
        boards.add_segment(
            project, "checkout", "Checkout", prefix="[shop]", addresses=["shop@flowdesk.localhost"], by="system"
        )
        eve = contacts.find_or_make("eve@example.com", "Eve", by="system")
        contacts.authorise(eve, True, by="system", reason="Signed the frame contract.")
        relay.commit()
        db.session.remove()
    return world


@pytest.fixture
def shop(world: World) -> World:
    """Give a desk with a shop on SQLite."""
    return set_up(world)


@pytest.fixture
def any_shop(any_world: World) -> World:
    """Give a desk with a shop on each database in turn."""
    return set_up(any_world)


def cards_of(ann: Caller, **query: str) -> list[Any]:
    found: list[Any] = ann.get("/cards?" + "&".join(f"{name}={value}" for name, value in query.items()))["items"]
    return found


def asked_for(world: World, number: str) -> list[str]:
    """Return the forms of the tasks that were ever offered for a ticket."""
    with world.flask.app_context():
        ident = world_ticket(number)
        return list(db.session.scalars(select(UserTask.form).where(UserTask.business_key == f"ticket:{ident}")))


def world_ticket(number: str) -> int:
    from app.tickets import finding

    return finding.by_number(number).id


def mails(world: World, number: str) -> list[str]:
    with world.flask.app_context():
        written = select(Message.body).where(Message.ticket_id == world_ticket(number), Message.direction == "out")
        return list(db.session.scalars(written.order_by(Message.id)))


def test_a_change_request_of_an_authorised_contact_never_enters_the_inbox(any_shop: World) -> None:
    ann = any_shop.caller()
    ticket = ann.open_ticket("Pay by invoice", change_request=SHOP)
    any_shop.work()
    [card] = cards_of(ann, project="SHOP", ticket=ticket["number"])
    assert cards_of(ann, ticket="TKT-9999") == []
    now = ann.get(f"/tickets/{ticket['number']}")
    assert (card["number"], card["title"], card["column"]["name"]) == ("SHOP-1", "Pay by invoice", "To do")
    assert card["tickets"] == [
        {"number": ticket["number"], "subject": "Pay by invoice", "status": "waiting", "waits": True}
    ]
    assert (now["status"], now["wait_reason"], now["assignee"]) == ("waiting", "delivery", None)
    assert {one["process"]: one["state"] for one in now["instances"]} == {
        "request": "completed",
        "change_request": "running",
    }
    assert asked_for(any_shop, ticket["number"]) == []
    assert ann.get(f"/tickets/{ticket['number']}/clocks")["items"] == []

    done = ann("POST", f"/cards/{card['id']}/completion", {"answer": "You can now pay by invoice."})
    assert done.status_code == 200, done.text
    any_shop.work()
    now = ann.get(f"/tickets/{ticket['number']}")
    assert now["status"] == "closed"
    assert "You can now pay by invoice." in mails(any_shop, ticket["number"])[-1]
    assert all(one["state"] == "completed" for one in now["instances"])
    assert asked_for(any_shop, ticket["number"]) == []


def test_the_same_request_of_anybody_else_is_an_ordinary_ticket(any_shop: World) -> None:
    ann = any_shop.caller()
    ticket = ann.open_ticket(
        "Pay by invoice", contact={"email": "mallory@example.net", "name": "Mallory"}, change_request=SHOP
    )
    any_shop.work()
    assert cards_of(ann) == []
    assert ann.get(f"/tickets/{ticket['number']}")["status"] == "open"
    assert asked_for(any_shop, ticket["number"])
    assert not any("card" in text.lower() or "board" in text.lower() for text in mails(any_shop, ticket["number"]))


def test_a_segment_nobody_knows_is_refused_by_its_field(shop: World) -> None:
    answer = shop.caller()(
        "POST",
        "/tickets",
        {
            "subject": "x",
            "body": "y",
            "contact": {"email": "eve@example.com"},
            "change_request": {"project": "SHOP", "segment": "nowhere"},
        },
    )
    assert answer.status_code == 422
    assert "SHOP/checkout" in answer.json["errors"]["change_request"]


@pytest.mark.parametrize("state", ["triage", "reply", "waiting"])
def test_a_ticket_becomes_a_card_at_any_time_and_comes_back_when_the_card_is_cancelled(
    any_shop: World, state: str
) -> None:
    ann = any_shop.caller()
    number = ticket_in(any_shop, ann, state)
    made = ann("POST", f"/tickets/{number}/card", {"segment": "SHOP/checkout"})
    assert made.status_code == 201, made.text
    assert ann("POST", f"/tickets/{number}/card", {"project": "SHOP"}).json["id"] == made.json["id"]
    any_shop.work()
    assert open_tasks(ann, number) == []
    assert ann.get(f"/tickets/{number}")["wait_reason"] == "delivery"

    assert ann("POST", f"/cards/{made.json['id']}/cancellation", {"reason": "Too dear"}).status_code == 200
    any_shop.work()
    now = ann.get(f"/tickets/{number}")
    assert now["status"] == "open"
    assert [task["form"]["ui"]["submit"] for task in open_tasks(ann, number)] == ["Send"]
    assert now["assignee"] or state != "triage"
    running = [one["process"] for one in now["instances"] if one["state"] == "running"]
    assert running.count("request") == 1 and "change_request" not in running


def test_the_card_of_a_converted_ticket_answers_in_the_customers_language_and_closes_it(shop: World) -> None:
    ann = shop.caller()
    ticket = ann.open_ticket("Rechnung ist falsch", body="Guten Tag, bitte korrigieren Sie die Rechnung 17. Danke!")
    shop.work()
    made = ann("POST", f"/tickets/{ticket['number']}/card", {"segment": "SHOP/checkout"}).json
    shop.work()
    done = next(one for one in ann.get(f"/boards/{made['board']}")["columns"] if one["meaning"] == "done")
    assert ann("PUT", f"/cards/{made['id']}/column", {"column": done["id"]}).status_code == 200
    shop.work()
    assert ann.get(f"/tickets/{ticket['number']}")["status"] == "closed"
    last = mails(shop, ticket["number"])[-1]
    assert last.startswith("Guten Tag Eve,")
    assert "ist erledigt." in last and "{{" not in last and "\n\n\n" not in last


def ticket_in(world: World, ann: Caller, state: str) -> str:
    """Return the number of a ticket that is being triaged, replied to, or waits for its customer."""
    subject = {"triage": "Something with the thing"}.get(state, "My invoice is wrong")
    body = {"triage": "It is odd."}.get(state, "The invoice 17 was charged twice, please refund.")
    number = str(ann.open_ticket(subject, body=body)["number"])
    world.work()
    [task] = open_tasks(ann, number)
    assert ("segment" in task["form"]["schema"]["properties"]) == (state == "triage")
    if state == "waiting":
        answer = ann("POST", f"/tasks/{task['id']}/completion", {"body": "We look.", "then": "waiting"})
        assert answer.status_code == 200, answer.text
        world.work()
        assert ann.get(f"/tickets/{number}")["wait_reason"] == "customer"
    return number


def open_tasks(ann: Caller, number: str) -> list[Any]:
    found: list[Any] = ann.get(f"/tasks?ticket={number}")["items"]
    return found


def test_triage_may_turn_a_ticket_of_an_authorised_contact_into_a_card(shop: World) -> None:
    ann = shop.caller()
    number = ticket_in(shop, ann, "triage")
    [task] = open_tasks(ann, number)
    filed = {"department": "support", "category": "question", "priority": "low"}
    wrong = ann("POST", f"/tasks/{task['id']}/completion", {**filed, "segment": "SHOP/nowhere"})
    assert wrong.status_code == 422 and "SHOP/checkout" in wrong.json["errors"]["segment"]
    right = ann("POST", f"/tasks/{task['id']}/completion", {**filed, "segment": "SHOP/checkout"})
    assert right.status_code == 200, right.text
    shop.work()
    [card] = cards_of(ann)
    assert card["tickets"][0]["number"] == number
    assert open_tasks(ann, number) == []
    assert ann.get(f"/tickets/{number}")["wait_reason"] == "delivery"
    ann("POST", f"/cards/{card['id']}/cancellation", {})
    shop.work()
    assert ["segment" in task["form"]["schema"]["properties"] for task in open_tasks(ann, number)] == [True]


def test_nobody_else_is_offered_the_board_in_triage(shop: World) -> None:
    ann = shop.caller()
    other = {"email": "mallory@example.net", "name": "Mallory"}
    number = ann.open_ticket("Something with the thing", body="It is odd.", contact=other)["number"]
    shop.work()
    [task] = open_tasks(ann, number)
    assert "segment" not in task["form"]["schema"]["properties"]
    answer = {**task["form"]["data"], "category": "question", "segment": "SHOP/checkout"}
    assert ann("POST", f"/tasks/{task['id']}/completion", answer).status_code == 422


def test_what_the_customer_writes_meanwhile_reaches_the_card_and_its_owner(shop: World) -> None:
    ann = shop.caller()
    ticket = ann.open_ticket("Pay by invoice", change_request=SHOP)
    shop.work()
    [card] = cards_of(ann)
    ann("PATCH", f"/cards/{card['id']}", {"owner": ann.email})
    with shop.flask.app_context():
        from app.channels.outbox import Outgoing
        from app.tickets import conversation, finding

        found = finding.by_number(ticket["number"])
        for words in ("Please hurry.", "Really."):
            conversation.from_customer(found, contact=found.contact, body=words)
            relay.commit()
        db.session.remove()
        shop.work()
        told = select(Outgoing).where(Outgoing.reference.startswith("card_message:"))
        letters = db.session.scalars(told).all()
        assert [one.recipients for one in letters] == [[ann.email], [ann.email]]
        assert "SHOP-1" in letters[0].subject
    now = ann.get(f"/tickets/{ticket['number']}")
    assert (now["status"], now["wait_reason"]) == ("waiting", "delivery")
    assert ann.get(f"/cards/{card['id']}")["customer_wrote_at"]
    assert asked_for(shop, ticket["number"]) == []


@pytest.mark.parametrize(("status", "ends"), [("cancelled", "cancelled"), ("resolved", "closed"), ("in_progress", "")])
def test_an_agent_who_sets_the_status_by_hand_ends_the_wait(shop: World, status: str, ends: str) -> None:
    ann = shop.caller()
    ticket = ann.open_ticket("Pay by invoice", change_request=SHOP)
    shop.work()
    assert ann("PUT", f"/tickets/{ticket['number']}/status", {"status": status, "reason": "x"}).status_code == 200
    shop.work()
    now = ann.get(f"/tickets/{ticket['number']}")
    running = [one["process"] for one in now["instances"] if one["state"] not in {"completed", "cancelled"}]
    if ends:
        assert (now["status"], running) == (ends, [])
    else:
        assert open_tasks(ann, ticket["number"]) and "change_request" not in running


def test_an_authorisation_is_set_by_an_agent_and_audited(shop: World) -> None:
    ann, admin = shop.caller(), shop.caller("admin")
    eve = ann.get("/contacts?q=eve")["items"][0]
    assert eve["may_request_changes"] is True
    path = f"/contacts/{eve['id']}/change-requests"
    assert shop.caller("auditor")("PUT", path, {"allowed": False}).status_code == 403
    said = {"allowed": False, "reason": "The contract ended."}
    assert ann("PUT", path, said).json["may_request_changes"] is False
    found = [one for one in admin.get("/audit?page_size=200")["items"] if one["name"] == "contact.authorised_changed"]
    assert found[0]["reason"] == "The contract ended." or found[-1]["reason"] == "The contract ended."
    assert {"before": {"may_request_changes": True}, "after": {"may_request_changes": False}}.items() <= next(
        one for one in found if one["reason"] == "The contract ended."
    ).items()


def test_a_column_takes_no_more_cards_than_its_limit_unless_a_manager_says_why(shop: World) -> None:
    ann, manager = shop.caller(), shop.caller("manager")
    made = [ann("POST", "/cards", {"project": "SHOP", "title": f"Card {n}"}).json for n in range(5)]
    board = ann.get(f"/boards/{made[0]['board']}")
    doing = next(one for one in board["columns"] if one["wip_limit"] == 4)
    answers = [ann("PUT", f"/cards/{card['id']}/column", {"column": doing["id"]}) for card in made]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 409]
    assert "holds 4 of at most 4" in answers[-1].json["detail"]
    last = f"/cards/{made[-1]['id']}/column"
    sent = {"column": doing["id"], "reason": "The shop is down.", "position": 0}
    assert ann("PUT", last, sent).status_code == 409
    assert manager("PUT", last, sent).status_code == 200
    again = next(one for one in ann.get(f"/boards/{board['id']}")["columns"] if one["id"] == doing["id"])
    assert [one["title"] for one in again["cards"]] == ["Card 4", "Card 0", "Card 1", "Card 2", "Card 3"]
    assert again["cards_total"] == 5


def test_a_card_that_is_sent_wrongly_names_the_field(shop: World) -> None:
    ann = shop.caller()
    card = ann("POST", "/cards", {"project": "SHOP", "title": "Card"}).json
    wrong = [
        ("POST", "/cards", {"project": "NONE", "title": "x"}, "project"),
        ("POST", "/cards", {"project": "SHOP", "title": ""}, "title"),
        ("POST", "/cards", {"project": "SHOP", "title": " \u0000 "}, "title"),
        ("POST", "/cards", {"project": "SHOP", "title": "x", "column": "nowhere"}, "column"),
        ("PATCH", f"/cards/{card['id']}", {"owner": "nobody@desk.test"}, "owner"),
        ("PATCH", f"/cards/{card['id']}", {"due_on": "soon"}, "due_on"),
        ("PUT", f"/cards/{card['id']}/column", {"column": "x" * 36}, "column"),
        ("POST", "/tickets/TKT-0001/card", {}, "segment"),
    ]
    ann.open_ticket()
    for method, path, body, field in wrong:
        answer = ann(method, path, body)
        assert answer.status_code == 422, (path, answer.text)
        assert any(field in name for name in answer.json["errors"]), answer.json
    assert ann.get(f"/cards/{card['number']}")["title"] == "Card"
