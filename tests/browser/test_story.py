"""The main job as a person lives it: from the mail that appears by itself to the drawing of what happened."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from conftest import Seats
from person import Person, link_in
from playwright.sync_api import expect
from story.installation import Installation, letter

MARIA = "Maria Lopes <maria@acme.example>"
SUBJECT = "Invoice 4711 is wrong"


def test_a_request_is_answered_resolved_and_rated_in_the_browser(embedded: Installation, sits_down: Seats) -> None:
    desk, ann = embedded, sits_down(embedded)
    ann_signs_in(ann)
    a_mail_appears_by_itself(desk, ann)
    number = the_ticket_tells_what_is_known(desk, ann)
    reply = a_double_click_sends_one_reply(desk, ann, number)
    the_answer_surfaces_by_itself(desk, ann, number, reply)
    a_note_stays_inside(desk, ann, number)
    link = resolving_asks_the_customer(desk, ann)
    the_customer_rates(desk, sits_down(desk), link)
    expect(ann.page.locator("#prop-status summary")).to_contain_text("Closed")
    ann.takes_picture("5-ticket-closed")
    the_drawing_shows_the_path(ann)
    what_the_desk_sent_can_be_read(ann)


def ann_signs_in(ann: Person) -> None:
    ann.goes("/")
    ann.arrives_at("Sign in")
    ann.looks("0-sign-in")
    ann.signs_in("ann@desk.example")
    expect(ann.page.get_by_role("heading", name="The desk is clear")).to_be_visible()
    ann.takes_picture("1-work-empty")


def a_mail_appears_by_itself(desk: Installation, ann: Person) -> None:
    ann.page.evaluate("window.sameLoad = true")
    told = "The lamp on my desk does not turn on any more.\n\nOtto"
    desk.send_mail(letter("Otto Kern <otto@kern.example>", "support@flowdesk.localhost", "The lamp is broken", told))
    wrong = "Hello,\n\nyour invoice 4711 charges us twice for the licence. Please send a corrected one.\n\nMaria"
    desk.send_mail(letter(MARIA, "support@flowdesk.localhost", SUBJECT, wrong))
    expect(ann.rows()).to_have_count(2)
    assert ann.page.evaluate("window.sameLoad"), "the page was loaded again"
    ann.looks("1-work")


def the_ticket_tells_what_is_known(desk: Installation, ann: Person) -> str:
    [found] = desk.get("/api/v1/tickets?q=4711")["items"]
    number = str(found["number"])
    ann.page.get_by_role("link", name=SUBJECT).click()
    ann.arrives_at(SUBJECT)
    aside = ann.page.get_by_role("complementary", name="About this ticket")
    for known in ("Maria Lopes", "maria@acme.example", "First reply", "Resolution"):
        expect(aside.get_by_text(known, exact=True)).to_be_visible()
    expect(aside.locator("[data-left]")).to_have_text([re.compile("left$")] * 2)
    expect(ann.page.get_by_text("Draft by the local assistant")).to_be_visible()
    ann.looks("2-ticket")
    return number


def said(desk: Installation, number: str, kind: str) -> list[dict[str, Any]]:
    return [m for m in desk.get(f"/api/v1/tickets/{number}")["messages"] if m["kind"] == kind]


def a_double_click_sends_one_reply(desk: Installation, ann: Person, number: str) -> EmailMessage:
    ann.page.get_by_role("button", name="Use").click()
    text = ann.page.get_by_label("Your reply to the customer")
    draft = text.input_value()
    assert "Maria" in draft
    text.fill(f"{draft}\n\nThe corrected invoice is on its way.")
    expect(ann.page.get_by_text("Draft saved")).to_be_visible()
    ann.page.get_by_role("button", name="Send").dblclick()
    expect(ann.page.locator("article[data-kind=reply]")).to_contain_text("The corrected invoice is on its way.")
    expect(text).to_have_value("")
    answers: Callable[[], list[EmailMessage]] = lambda: [  # noqa: E731
        mail for mail in desk.sink.to("maria@acme.example") if "corrected invoice is on its way" in mail.as_string()
    ]
    [reply] = desk.until(answers, "the reply left")
    expect(ann.page.locator("article[data-kind=reply] .delivery")).to_contain_text("Sent")
    assert len(said(desk, number, "reply")) == len(answers()) == 1
    ann.takes_picture("3-ticket-replied")
    return reply


def the_answer_surfaces_by_itself(desk: Installation, ann: Person, number: str, reply: EmailMessage) -> None:
    ann.page.get_by_role("link", name="My work").first.click()
    expect(ann.rows()).to_have_text(["The lamp is broken", SUBJECT])
    ann.page.evaluate("window.sameLoad = true")
    quoted = "Thank you, that was quick! One more thing: can you send a PDF?\n\nOn Tue, Ann wrote:\n> Hello Maria,"
    answer = letter(MARIA, str(reply["Reply-To"]), f"Re: {SUBJECT}", quoted, In_Reply_To=str(reply["Message-ID"]))
    desk.send_mail(answer)
    expect(ann.rows()).to_have_text([SUBJECT, "The lamp is broken"])
    expect(ann.page.locator("#worklist article").first).to_contain_text("customer wrote")
    assert ann.page.evaluate("window.sameLoad"), "the page was loaded again"
    ann.takes_picture("4-work-customer-wrote")
    ann.page.get_by_role("link", name=SUBJECT).click()
    expect(ann.page.locator("article[data-kind=message]").last).to_contain_text("One more thing")


def a_note_stays_inside(desk: Installation, ann: Person, number: str) -> None:
    ann.page.locator("label", has_text="Note").first.click()
    ann.page.get_by_label("Internal note").fill("Finance mailed her the PDF, nothing left to do.")
    ann.takes_picture("4-ticket-writing-a-note")
    ann.page.get_by_role("button", name="Add note").click()
    expect(ann.page.locator("article[data-kind=note]")).to_contain_text("Finance mailed her")
    [note] = said(desk, number, "note")
    assert note["direction"] == "internal"
    assert not [mail for mail in desk.sink.received if "Finance mailed her" in mail.as_string()]


def resolving_asks_the_customer(desk: Installation, ann: Person) -> str:
    ann.chooses_status("Resolved", reason="The PDF is out.")
    expect(ann.page.locator("#prop-status summary")).to_contain_text("Resolved")
    ask = lambda: [m for m in desk.sink.to("maria@acme.example") if "/rate/" in m.as_string()]  # noqa: E731
    [survey] = desk.until(ask, "the customer is asked")
    plain = survey.get_body(("plain",))
    return link_in(plain.get_content(), "/rate/")


def the_customer_rates(desk: Installation, maria: Person, link: str) -> None:
    maria.page.goto(link)
    maria.arrives_at("How did we do?")
    maria.looks("6-rating")
    maria.page.get_by_label("5 of 5").check(force=True)
    maria.page.get_by_label("Would you like to say more?").fill("Great help")
    maria.page.get_by_role("button", name="Send").click()
    maria.arrives_at("Thank you")
    maria.takes_picture("7-thank-you")


def the_drawing_shows_the_path(ann: Person) -> None:
    ann.page.get_by_role("link", name="Where it stands").click()
    ann.page.wait_for_selector("#drawing[data-ready]")
    for done in ("Classify", "Draft", "Reply", "Send", "Close"):
        expect(ann.page.locator(f"#drawing .path-done[data-element-id=Activity_{done}]")).to_be_attached()
    assert ann.page.locator("#drawing .path-flow").count() > 10
    assert ann.page.locator("#drawing .path-active").count() == 0
    steps = ann.page.get_by_role("region", name="History").get_by_role("listitem")
    expect(steps.filter(has_text="Reply to the customer").filter(has_text="Ann Agent").first).to_be_visible()
    ann.looks("8-instance")
    ann.page.get_by_role("link", name="version 1").click()
    ann.page.wait_for_selector("#drawing[data-ready]")
    expect(ann.page.get_by_text("in force")).to_be_visible()
    ann.takes_picture("9-process")


def what_the_desk_sent_can_be_read(ann: Person) -> None:
    ann.page.get_by_role("link", name="Mailbox").click()
    ann.page.locator("[data-row]", has_text="Re: " + SUBJECT).first.click()
    expect(ann.page.get_by_role("region", name="The mail")).to_contain_text("maria@acme.example")
    ann.looks("9-mailbox")
