"""Everything an agent does all day, with both hands on the keyboard."""

from collections.abc import Callable

import pytest
from person import PASSWORD, Person
from playwright.sync_api import Keyboard, expect
from story.installation import Installation


@pytest.fixture
def two(ask: Callable[..., str]) -> list[str]:
    """Give the numbers of two tickets."""
    lamp = ask("The lamp is broken", "The lamp on my desk does not turn on any more.")
    return [lamp, ask("Invoice 4711 is wrong", "Your invoice 4711 charges us twice for the licence. Maria")]


def presses(keyboard: Keyboard, *keys: str) -> None:
    for key in keys:
        keyboard.press(key)


def test_a_ticket_is_answered_noted_and_resolved_by_keyboard_alone(
    desk: Installation, sits_down: Callable[[Installation], Person], two: list[str]
) -> None:
    ann = sits_down(desk)
    keyboard = ann.page.keyboard
    ann.goes("/")
    expect(ann.page.get_by_label("E-mail")).to_be_focused()
    keyboard.type("ann@desk.example")
    presses(keyboard, "Tab")
    keyboard.type(PASSWORD)
    presses(keyboard, "Enter")
    expect(ann.rows().filter(has_text="Invoice 4711")).to_be_visible()
    presses(keyboard, "/")
    keyboard.type(two[1])
    presses(keyboard, "Enter")
    expect(ann.rows()).to_have_text(["Invoice 4711 is wrong"])
    presses(keyboard, "j", "Enter")
    expect(ann.heading()).to_have_text("Invoice 4711 is wrong")
    presses(keyboard, "r")
    keyboard.type("Hello Maria, the corrected invoice is on its way.")
    presses(keyboard, "Control+Enter")
    expect(ann.page.locator("article[data-kind=reply]")).to_contain_text("the corrected invoice")
    presses(keyboard, "n")
    keyboard.type("Finance knows.")
    presses(keyboard, "Control+Enter")
    expect(ann.page.locator("article[data-kind=note]")).to_contain_text("Finance knows.")
    presses(keyboard, "e")
    expect(ann.page.locator("#prop-status summary")).to_contain_text("Resolved")
    assert desk.get(f"/api/v1/tickets/{two[1]}")["status"] == "resolved"


def test_j_and_k_move_through_the_list_and_enter_opens(ann: Person, two: list[str]) -> None:
    keyboard = ann.page.keyboard
    ann.goes("/")
    subjects = ann.rows().all_text_contents()
    assert len(subjects) >= 2
    for key, expected in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        presses(keyboard, key)
        expect(ann.focused()).to_have_text(subjects[expected])
    presses(keyboard, "j", "Enter")
    expect(ann.heading()).to_have_text(subjects[1])


@pytest.mark.parametrize(
    ("letter", "heading"),
    [
        ("t", "New ticket"),
        ("c", "Contacts"),
        ("m", "Mailbox"),
        ("p", "Processes"),
        ("i", "Incidents"),
        ("w", "My work"),
    ],
)
def test_g_and_a_letter_go(ann: Person, letter: str, heading: str) -> None:
    ann.goes("/contacts" if letter == "w" else "/")
    presses(ann.page.keyboard, "g", letter)
    expect(ann.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


def test_the_palette_finds_a_ticket_and_an_action(ann: Person, two: list[str]) -> None:
    keyboard = ann.page.keyboard
    presses(keyboard, "ControlOrMeta+k")
    keyboard.type("4711")
    expect(ann.page.get_by_role("option").filter(has_text=two[1])).to_be_visible()
    ann.looks("palette")
    presses(keyboard, "Enter")
    expect(ann.heading()).to_have_text("Invoice 4711 is wrong")
    presses(keyboard, "ControlOrMeta+k")
    keyboard.type("proc")
    presses(keyboard, "Enter")
    expect(ann.page.get_by_role("heading", name="Processes", exact=True)).to_be_visible()


def test_the_question_mark_shows_the_keys_and_escape_closes_them(ann: Person) -> None:
    presses(ann.page.keyboard, "?")
    keys = ann.page.get_by_role("dialog", name="Keyboard")
    expect(keys).to_be_visible()
    ann.looks("keys")
    presses(ann.page.keyboard, "Escape")
    expect(keys).to_be_hidden()


def test_letters_are_only_letters_while_somebody_types(ann: Person) -> None:
    presses(ann.page.keyboard, "/")
    ann.page.keyboard.type("j?rng w")
    expect(ann.page.get_by_label("Search tickets")).to_have_value("j?rng w")
    presses(ann.page.keyboard, "Escape")
    expect(ann.page.get_by_label("Search tickets")).not_to_be_focused()


def test_the_first_tab_leads_past_the_navigation(ann: Person) -> None:
    presses(ann.page.keyboard, "Tab")
    expect(ann.focused()).to_have_text("Skip to the content")
    presses(ann.page.keyboard, "Enter", "Tab")
    inside = ann.page.evaluate("document.getElementById('main').contains(document.activeElement)")
    assert inside, "the next tab stop is not in the content"
