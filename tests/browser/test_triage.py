"""What the desk is not sure about is filed by a person; of two who do it, one is first and the other loses nothing."""

import pytest
from conftest import Ask, mail
from person import Person
from playwright.sync_api import Locator, expect
from story.installation import Installation

TUESDAY, FRIDAY = "As discussed on Tuesday", "As discussed on Friday"
WORDS = "The customer means the offer of Tuesday."


@pytest.fixture(scope="module")
def unclear(ask: Ask) -> dict[str, str]:
    """Give the numbers of two tickets nobody can tell what they are about."""
    told = "Hi, as discussed with your colleague, can you please go ahead with option 2?\n\nHenk"
    return ask(*(mail(subject, told, sender="Henk de Boer <henk@deboer.example>") for subject in (TUESDAY, FRIDAY)))


def form_of(person: Person) -> Locator:
    """Return the triage form on the page."""
    return person.page.get_by_role("region", name="Triage the request")


def fill(form: Locator, *, note: str) -> None:
    form.get_by_label("What is it about?").select_option(label="Question")
    form.locator("label.segment", has_text="High").click()
    form.get_by_label("Anything the next person should know").fill(note)


def test_an_unclear_mail_is_filed_and_a_reply_is_asked_for(
    desk: Installation, ann: Person, unclear: dict[str, str]
) -> None:
    ann.goes(f"/tickets/{unclear[TUESDAY]}")
    ann.looks("triage")
    fill(form_of(ann), note=WORDS)
    a_category_that_is_gone_is_refused(ann)
    fill(form_of(ann), note=WORDS)
    ann.page.get_by_role("button", name="File it").click()
    expect(ann.page.locator(".steps .now")).to_contain_text("Reply to the customer")
    expect(ann.page.get_by_text("The process waits for this reply")).to_be_visible()
    expect(form_of(ann)).to_have_count(0)
    filed = desk.get(f"/api/v1/tickets/{unclear[TUESDAY]}")
    assert (filed["category"], filed["priority"]) == ("question", "high")


def a_category_that_is_gone_is_refused(ann: Person) -> None:
    """Send what the browser itself would not let through: a category that somebody just deleted."""
    form = form_of(ann).locator("form[data-task]")
    form.evaluate(
        """form => {
            form.noValidate = true;
            form.elements.category.selectedOptions[0].value = "gone";
        }"""
    )
    ann.page.get_by_role("button", name="File it").click()
    expect(ann.page.get_by_text("Part of the form needs another look.")).to_be_visible()
    ann.take("422")
    expect(form_of(ann).locator(".field-error")).to_contain_text("“gone” is none of")
    expect(form_of(ann).get_by_label("What is it about?")).to_have_value("")
    expect(form_of(ann).get_by_label("Anything the next person should know")).to_have_value(WORDS)
    ann.takes_picture("triage-refused")


def test_who_is_second_is_told_who_was_first_and_keeps_the_text(
    desk: Installation, ann: Person, ben: Person, unclear: dict[str, str]
) -> None:
    for person in (ann, ben):
        person.goes(f"/tickets/{unclear[FRIDAY]}")
        fill(form_of(person), note=f"{WORDS} So says {'Ann' if person is ann else 'Ben'}.")
    ann.page.get_by_role("button", name="File it").click()
    expect(form_of(ann)).to_have_count(0)
    desk.until(lambda: desk.get(f"/api/v1/tickets/{unclear[FRIDAY]}")["category"], "the ticket is filed")
    ben.page.get_by_role("button", name="File it").click()
    expect(ben.page.get_by_text("Ann Agent did this")).to_be_visible()
    ben.take("409")
    expect(ben.page.get_by_label("Anything the next person should know")).to_have_value(f"{WORDS} So says Ben.")
    ben.takes_picture("triage-second")
    ben.page.get_by_role("link", name="See how it stands now").click()
    ben.arrives_at(FRIDAY)
