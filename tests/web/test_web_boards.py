"""Boards, cards and what is set up for them, as people meet them in the browser."""

import re

import pytest
from web_desk import Person, WebDesk

from app import contacts, relay
from app.cards import boards
from app.db import db


@pytest.fixture
def shop(desk: WebDesk) -> WebDesk:
    """Give a desk with a board whose second column takes one card."""
    with desk.flask.app_context():
        columns = (("To do", "open", None), ("Doing", "open", 1), ("Done", "done", None), ("No", "cancelled", None))
        project = boards.add_project("SHOP", "Web shop", columns=columns, by="system")
        boards.add_segment(project, "checkout", "Checkout", prefix="[shop]", by="system")
        relay.commit()
        db.session.remove()
    return desk


def column(desk: WebDesk, name: str) -> str:
    return str(desk.ask("SELECT public_id FROM board_column WHERE name = ?", name))


def add(desk: WebDesk, ann: Person, *titles: str) -> None:
    for title in titles:
        answer = ann.post("/boards/SHOP/cards", column=column(desk, "To do"), title=title)
        assert answer.status_code == 303, answer.text


def order(ann: Person) -> list[tuple[str, list[str]]]:
    page = ann.get("/boards/SHOP").text
    lanes = re.split(r'<section class="lane"', page)[1:]
    return [
        (re.findall(r'data-name="([^"]*)"', lane)[0], re.findall(r"data-tile data-row>([^<]*)<", lane))
        for lane in lanes
    ]


def test_an_agent_adds_cards_and_moves_them_without_a_script(shop):
    ann = shop.person()
    add(shop, ann, "Pay by invoice", "Gift cards")
    assert ann.get("/boards").location.endswith("/boards/SHOP")
    ann.post("/cards/SHOP-1/column", column=column(shop, "Doing"))
    assert order(ann) == [
        ("To do", ["Gift cards"]),
        ("Doing", ["Pay by invoice"]),
        ("Done", []),
        ("No", []),
    ]
    refused = ann.post("/cards/SHOP-2/column", column=column(shop, "Doing"))
    assert refused.status_code == 303
    assert "holds 1 of at most 1" in ann.get("/boards/SHOP").text


def test_a_manager_exceeds_a_limit_with_a_reason_and_an_agent_does_not(shop):
    ann, eva = shop.person(), shop.person("manager")
    add(shop, ann, "A", "B", "C")
    doing, script = column(shop, "Doing"), {"X-Board": "1"}
    sent = {"csrf_token": ann.token, "column": doing}
    assert ann.client.post("/cards/SHOP-1/column", data=sent, headers=script).status_code == 204
    full = ann.client.post("/cards/SHOP-2/column", data={**sent, "reason": "Please"}, headers=script)
    assert (full.status_code, full.json["exceed"]) == (409, False)
    hers = {"csrf_token": eva.token, "column": doing}
    assert eva.client.post("/cards/SHOP-2/column", data=hers, headers=script).json["exceed"] is True
    hers["reason"] = "The shop is down"
    assert eva.client.post("/cards/SHOP-2/column", data=hers, headers=script).status_code == 204
    assert "The shop is down" in ann.get("/cards/SHOP-2").text


def test_the_board_is_sent_again_only_when_something_moved(shop):
    ann, ben = shop.person(), shop.person("senior")
    add(shop, ann, "A")
    live = re.search(r'hx-get="([^"]*live[^"]*)"', ann.get("/boards/SHOP").text)
    assert live
    assert ann.get(live[1]).status_code == 204
    ben.post("/cards/SHOP-1/column", column=column(shop, "Doing"))
    assert "lane-cards" in ann.get(live[1]).text


def test_a_card_is_edited_ticked_and_linked_on_its_page(shop):
    ann = shop.person()
    number = shop.mail()
    add(shop, ann, "Pay by invoice")
    owner = shop.people["senior"]
    ann.post("/cards/SHOP-1", title="Pay later", description="<b>Now</b>", owner=owner, due_on="2026-12-24")
    ann.post("/cards/SHOP-1/items", text="Ask legal")
    item = shop.ask("SELECT public_id FROM checklist_item")
    ann.post(f"/cards/SHOP-1/items/{item}", done="1")
    ann.post("/cards/SHOP-1/tickets", ticket=number)
    page = ann.get("/cards/SHOP-1").text
    for words in ("Pay later", "&lt;b&gt;Now", "24 Dec 2026", "1 of 1", "ticked “Ask legal”", f"linked {number}"):
        assert words in page, words
    assert "SHOP-1" in ann.get(f"/tickets/{number}").text
    wrong = ann.post("/cards/SHOP-1", title=" ", due_on="soon")
    assert wrong.status_code == 422 and "must be a day" in wrong.text
    assert ann.post("/cards/SHOP-1/tickets", ticket="TKT-9999").status_code == 404


def test_a_ticket_becomes_a_card_by_a_button_and_its_end_is_seen_on_both(shop):
    ann = shop.person()
    number = shop.mail()
    assert "Make it a card" in ann.get(f"/tickets/{number}").text
    assert ann.post(f"/tickets/{number}/card", board="SHOP/checkout").status_code == 303
    shop.work()
    page = ann.get(f"/tickets/{number}").text
    assert "Waiting for delivery" in page and "this ticket waits for it" in page and "Make it a card" not in page
    assert number not in ann.get("/?view=all").text
    ann.post("/cards/SHOP-1/completion", answer="It is there.")
    shop.work()
    assert "Closed" in ann.get(f"/tickets/{number}").text
    assert "It is there." in ann.get(f"/tickets/{number}").text


def test_only_for_authorised_contacts_the_form_of_a_new_ticket_offers_the_boards(shop):
    ann = shop.person()
    with shop.flask.app_context():
        contacts.authorise(contacts.find_or_make("eve@x.example", "Eve", by="system"), True, by="system")
        relay.commit()
        db.session.remove()
    assert "change request" in ann.get("/segments?email=Eve@x.example").text
    for stranger in ("", "mallory@x.example", "x" * 4000):
        assert ann.get(f"/segments?email={stranger}").text.strip() == ""
    opened = ann.post(
        "/tickets/new", email="eve@x.example", subject="Gift cards", body="Please", segment="SHOP/checkout"
    )
    shop.work()
    assert "Waiting for delivery" in ann.get(opened.location).text
    other = ann.post("/tickets/new", email="m@x.example", subject="Gift cards", body="Please", segment="SHOP/checkout")
    shop.work()
    assert "Waiting for delivery" not in ann.get(other.location).text
    assert order(ann)[0] == ("To do", ["Gift cards"])


def test_a_contact_is_authorised_on_its_page_with_a_reason(shop):
    ann, admin = shop.person(), shop.person("admin")
    shop.mail()
    contact = shop.ask("SELECT public_id FROM contact WHERE name = 'Maria Lopes'")
    ann.get(f"/contacts/{contact}")
    ann.post(f"/contacts/{contact}/change-requests", allowed="1", reason="Frame contract")
    assert "Go straight to the board" in ann.get(f"/contacts/{contact}").text
    assert "Frame contract" in admin.get("/audit?name=contact.authorised_changed").text


def test_a_manager_sets_up_a_project_and_what_is_wrong_is_said_beside_the_field(desk):
    eva = desk.person("manager")
    assert "Add a project" in eva.get("/boards").text
    wrong = eva.post("/settings/projects", key="web shop", name="Web shop")
    assert wrong.status_code == 422 and "letters and digits" in wrong.text and 'value="web shop"' in wrong.text
    assert eva.post("/settings/projects", key="shop", name="Web shop").location.endswith("/settings/projects/SHOP")
    page = "/settings/projects/SHOP"
    taken = eva.post(f"{page}/segments", key="pay", name="Pay", addresses="support@flowdesk.localhost")
    assert taken.status_code == 422 and "belongs to a department" in taken.text
    eva.post(f"{page}/segments", key="pay", name="Pay", addresses="pay@flowdesk.localhost", prefix="[pay]")
    assert "pay@flowdesk.localhost" in eva.get(page).text
    ident = column(desk, "Review")
    limit = eva.post(f"{page}/columns", **{f"name-{ident}": "Review", f"limit-{ident}": "0"})
    assert limit.status_code == 422 and "from 1 to 999" in limit.text
    eva.post(f"{page}/columns", **{f"name-{ident}": "Check", f"limit-{ident}": "2"})
    assert desk.ask("SELECT wip_limit FROM board_column WHERE name = 'Check'") == 2
    eva.post(f"{page}/columns/new", column_name="Test", meaning="open")
    eva.post(f"{page}/columns/{column(desk, 'Test')}", act="gone")
    assert desk.ask("SELECT count(*) FROM board_column") == 5
    assert desk.person("agent").get(page).status_code == 403
