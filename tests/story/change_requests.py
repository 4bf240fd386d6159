"""A change request through the front door, on both set-ups: mail in, card done, answer out, nobody's inbox touched."""

import subprocess
import sys

import pytest
from installation import ROOT, Installation, letter

BOTH = ["embedded", pytest.param("distributed", marks=[pytest.mark.postgres, pytest.mark.redis])]
SETTING_UP = """
from app import contacts, create_app, relay
from app.cards import boards
with create_app(doors=False).app_context():
    project = boards.add_project("SHOP", "Web shop", by="cli")
    boards.add_segment(project, "checkout", "Checkout", prefix="[shop]", by="cli")
    mara = contacts.find_or_make("mara@frame.example", "Mara Frame", by="cli")
    contacts.authorise(mara, True, by="cli", reason="Frame contract")
    relay.commit()
"""


@pytest.mark.parametrize("setup", BOTH)
def test_a_change_request_by_mail_skips_the_inbox_and_its_card_answers_the_customer(
    setup: str, request: pytest.FixtureRequest
) -> None:
    desk: Installation = request.getfixturevalue(setup)
    before = asked_about(desk)
    subprocess.run([sys.executable, "-c", SETTING_UP], env=desk.env(), cwd=ROOT, check=True, capture_output=True)
    to, subject = "support@flowdesk.localhost", "[Shop] Pay by invoice"
    desk.send_mail(letter("Mara Frame <mara@frame.example>", to, subject, "Please let us pay by invoice."))
    desk.send_mail(letter("Mallory <mallory@other.example>", to, subject, "I want that, too."))
    [card] = desk.until(lambda: desk.get("/api/v1/cards")["items"], "there is a card")
    [other] = desk.until(
        lambda: desk.get("/api/v1/tickets?q=from:mallory@other.example status:open".replace(" ", "%20"))["items"],
        "the other is a ticket",
    )
    desk.until(lambda: other["number"] in asked_about(desk), "an agent is asked about the other")
    number = card["tickets"][0]["number"]
    assert card["title"] == "Pay by invoice" and number != other["number"]
    status, _ = desk.request("POST", f"/api/v1/cards/{card['id']}/completion", {"answer": "It is there."})
    assert status == 200
    desk.until(lambda: desk.get(f"/api/v1/tickets/{number}")["status"] == "closed", "the ticket is closed")
    told = desk.until(
        lambda: [m for m in desk.sink.to("mara@frame.example") if "It is there." in m.as_string()], "Mara is told"
    )
    assert told[0]["Subject"] == "Re: [Shop] Pay by invoice"
    steps = {one["process"] for one in desk.get(f"/api/v1/tickets/{number}")["instances"]}
    assert steps == {"request", "change_request"}
    assert asked_about(desk) - before == {other["number"]}


def asked_about(desk: Installation) -> set[str]:
    """Return the numbers of the tickets for which there is a task."""
    return {task["ticket"] for task in desk.get("/api/v1/tasks?page_size=200")["items"]}
