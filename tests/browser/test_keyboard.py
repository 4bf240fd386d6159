"""Everything an agent does all day, with both hands on the keyboard."""

import pytest
from conftest import Ask, Seats, mail
from person import PASSWORD, Person
from playwright.sync_api import Keyboard, expect
from story.installation import Installation

LAMP, INVOICE, PARCEL = "The lamp is broken", "Invoice 4711 is wrong", "The parcel is late"


@pytest.fixture(scope="module")
def numbers(ask: Ask) -> dict[str, str]:
    """Give the numbers of three tickets by their subjects; the first one gets resolved."""
    told = {
        LAMP: "The lamp on my desk does not turn on any more.",
        INVOICE: "Your invoice 4711 charges us twice for the licence.",
        PARCEL: "The parcel with the new keyboard was not delivered.",
    }
    return ask(*(mail(subject, body) for subject, body in told.items()))


def presses(person: Person, *keys: str) -> None:
    for key in keys:
        person.page.keyboard.press(key)


def test_a_ticket_is_found_answered_noted_and_resolved_by_keyboard_alone(
    desk: Installation, sits_down: Seats, numbers: dict[str, str]
) -> None:
    ann = sits_down(desk)
    keyboard: Keyboard = ann.page.keyboard
    ann.goes("/")
    expect(ann.page.get_by_label("E-mail")).to_be_focused()
    keyboard.type("ann@desk.example")
    presses(ann, "Tab")
    keyboard.type(PASSWORD)
    presses(ann, "Enter")
    ann.arrives_at("My work")
    presses(ann, "/")
    keyboard.type(numbers[LAMP])
    presses(ann, "Enter")
    expect(ann.rows()).to_have_text([LAMP])
    ann.arrives_at("My work")
    presses(ann, "j", "Enter")
    ann.arrives_at(LAMP)
    presses(ann, "r")
    keyboard.type("Hello Maria, a new lamp is on its way.")
    presses(ann, "Control+Enter")
    expect(ann.page.locator("article[data-kind=reply]")).to_contain_text("a new lamp is on its way")
    ann.arrives_at(LAMP)
    presses(ann, "n")
    keyboard.type("The store knows.")
    presses(ann, "Control+Enter")
    expect(ann.page.locator("article[data-kind=note]")).to_contain_text("The store knows.")
    ann.arrives_at(LAMP)
    presses(ann, "e")
    expect(ann.page.locator("#prop-status summary")).to_contain_text("Resolved")
    assert desk.get(f"/api/v1/tickets/{numbers[LAMP]}")["status"] == "resolved"


@pytest.mark.usefixtures("numbers")
def test_j_and_k_move_through_the_list_and_enter_opens(ann: Person) -> None:
    ann.goes("/")
    subjects = ann.rows().all_text_contents()
    assert {INVOICE, PARCEL} <= set(subjects)
    for key, expected in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        presses(ann, key)
        expect(ann.focused()).to_have_text(subjects[expected])
    presses(ann, "j", "Enter")
    ann.arrives_at(subjects[1])


def test_g_and_a_letter_go(ann: Person) -> None:
    ann.goes("/")
    places = {"t": "New ticket", "c": "Contacts", "m": "Mailbox", "p": "Processes", "i": "Incidents", "w": "My work"}
    for letter, heading in places.items():
        presses(ann, "g", letter)
        ann.arrives_at(heading)


def test_the_palette_finds_a_ticket_and_an_action(ann: Person, numbers: dict[str, str]) -> None:
    ann.goes("/")
    presses(ann, "ControlOrMeta+k")
    ann.page.keyboard.type("4711")
    expect(ann.page.get_by_role("option").filter(has_text=numbers[INVOICE])).to_be_visible()
    ann.takes_picture("palette")
    presses(ann, "Enter")
    ann.arrives_at(INVOICE)
    presses(ann, "ControlOrMeta+k")
    ann.page.keyboard.type("proc")
    presses(ann, "Enter")
    ann.arrives_at("Processes")


def test_the_question_mark_shows_the_keys_and_escape_closes_them(ann: Person) -> None:
    ann.goes("/")
    presses(ann, "?")
    keys = ann.page.get_by_role("dialog", name="Keyboard")
    expect(keys).to_be_visible()
    ann.takes_picture("keys")
    presses(ann, "Escape")
    expect(keys).to_be_hidden()


def test_letters_are_only_letters_while_somebody_types(ann: Person) -> None:
    ann.goes("/")
    presses(ann, "/")
    ann.page.keyboard.type("j?rng w")
    expect(ann.page.get_by_label("Search tickets")).to_have_value("j?rng w")
    presses(ann, "Escape")
    expect(ann.page.get_by_label("Search tickets")).not_to_be_focused()


def test_the_first_tab_leads_past_the_navigation(ann: Person) -> None:
    ann.goes("/")
    presses(ann, "Tab")
    expect(ann.focused()).to_have_text("Skip to the content")
    presses(ann, "Enter", "Tab")
    inside = ann.page.evaluate("document.getElementById('main').contains(document.activeElement)")
    assert inside, "the next tab stop is not in the content"
