"""Two people at one board: one with the mouse, one with the keyboard."""

import subprocess
import sys

import pytest
from conftest import mail
from person import Person
from playwright.sync_api import expect
from story.installation import ROOT, Installation

SETTING_UP = """
from app import cards, contacts, create_app, relay
from app.cards import boards
with create_app(doors=False).app_context():
    columns = (("To do", "open", None), ("Doing", "open", 2), ("Done", "done", None), ("Cancelled", "cancelled", None))
    project = boards.add_project("SHOP", "Web shop", columns=columns, by="cli")
    boards.add_segment(project, "checkout", "Checkout", addresses=["shop@flowdesk.localhost"], by="cli")
    for title in ("Gift cards", "Wish list", "Size chart"):
        cards.make(project, title, by="cli")
    eve = contacts.find_or_make("eve@acme.example", "Eve Moser", by="cli")
    contacts.authorise(eve, True, by="cli", reason="Frame contract")
    relay.commit()
"""


@pytest.fixture(scope="module")
def shop(desk: Installation) -> str:
    """Give the number of a change request at the shared desk, whose card is the fourth on a board."""
    subprocess.run([sys.executable, "-c", SETTING_UP], env=desk.env(), cwd=ROOT, check=True, capture_output=True)
    asked = mail("Pay by invoice", "Please let us pay by invoice.", "Eve Moser <eve@acme.example>")
    asked.replace_header("To", "shop@flowdesk.localhost")
    desk.send_mail(asked)
    [card] = desk.until(
        lambda: [one for one in desk.get("/api/v1/cards?project=SHOP")["items"] if one["tickets"]], "it is a card"
    )
    return str(card["tickets"][0]["number"])


def stand(person: Person, column: str, *titles: str) -> None:
    """Expect the cards of a column, in order."""
    lane = person.page.locator(f'[data-name="{column}"]')
    expect(lane.locator("[data-tile]")).to_have_text(list(titles))


def test_a_board_is_worked_at_by_mouse_and_by_keyboard_at_once(
    desk: Installation, ann: Person, ben: Person, shop: str
) -> None:
    for person in (ann, ben):
        person.goes("/boards/SHOP")
        person.arrives_at("Web shop")
        stand(person, "To do", "Gift cards", "Wish list", "Size chart", "Pay by invoice")

    ann.page.locator("#card-SHOP-2").drag_to(ann.page.locator('[data-name="Doing"] .lane-cards'))
    stand(ann, "Doing", "Wish list")
    stand(ben, "Doing", "Wish list")

    ben.page.locator("#card-SHOP-3").focus()
    ben.page.keyboard.press("Shift+ArrowUp")
    stand(ben, "To do", "Size chart", "Gift cards", "Pay by invoice")
    stand(ann, "To do", "Size chart", "Gift cards", "Pay by invoice")
    expect(ben.focused()).to_have_text("Size chart")
    ben.page.keyboard.press("Shift+ArrowRight")
    stand(ann, "Doing", "Size chart", "Wish list")
    ben.page.get_by_role("button", name="Undo").click()
    stand(ann, "To do", "Size chart", "Gift cards", "Pay by invoice")

    ben.page.locator("#card-SHOP-3").focus()
    ben.page.keyboard.press("m")
    ben.page.keyboard.press("ArrowDown")
    ben.page.keyboard.press("Enter")
    stand(ann, "Doing", "Wish list", "Size chart")

    ann.page.locator("#card-SHOP-1").focus()
    ann.page.keyboard.press("Shift+ArrowRight")
    expect(ann.page.locator(".notice")).to_contain_text("holds 2 of at most 2")
    ann.take("409")
    stand(ann, "To do", "Gift cards", "Pay by invoice")

    ann.page.keyboard.press("c")
    ann.page.keyboard.type("Vouchers")
    ann.page.keyboard.press("Enter")
    stand(ben, "To do", "Gift cards", "Pay by invoice", "Vouchers")
    ann.page.keyboard.press("Escape")
    ann.looks("board")

    ben.page.locator("#card-SHOP-4").drag_to(ben.page.locator('[data-name="Done"] .lane-cards'))
    dialog = ben.page.get_by_role("dialog", name="Finish this card?")
    dialog.get_by_label("For the customer").fill("You can pay by invoice now.")
    dialog.get_by_role("button", name="Finish and tell them").click()
    stand(ann, "Done", "Pay by invoice")
    desk.until(lambda: desk.get(f"/api/v1/tickets/{shop}")["status"] == "closed", "the ticket is closed")
    told = desk.get(f"/api/v1/tickets/{shop}")["messages"][-1]["body"]
    assert "You can pay by invoice now." in told
    ann.page.locator("#card-SHOP-4").click()
    ann.arrives_at("Pay by invoice")
    ann.looks("card")
