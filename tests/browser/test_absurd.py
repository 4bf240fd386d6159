"""What no designer draws: endless subjects, right-to-left text, five hundred messages, mails that mean harm."""

import subprocess
import sys
import time

import pytest
from conftest import Ask, mail
from person import Person
from playwright.sync_api import expect
from story.installation import ROOT, Installation

ENDLESS = ("Unbreakable" + "x" * 150 + " and then words " + "again " * 30)[:300]
TURNED = "الفاتورة رقم ٤٧١١ غير صحيحة"
TURNED_BODY = "مرحبا،\n\nالفاتورة رقم ٤٧١١ تحسب الرخصة مرتين. أرجو إرسال فاتورة مصححة.\n\nليلى"
LONG, HARM = "A long story", "Please read this"
MESSAGES = 500
PATIENCE = 5.0  # seconds
TALK = f"""
from app import create_app, relay
from app.tickets import conversation, finding
with create_app(doors=False).app_context():
    ticket = finding.by_number("NUMBER")
    for number in range({MESSAGES}):
        body = f"Message {{number}}. " + "Word by word by word. " * 20
        conversation.from_customer(ticket, contact=ticket.contact, body=body, first=True)
    relay.commit()
"""
HARMFUL = """
<p>Dear desk, <b>please read this</b>.</p>
<script>document.title = "taken over"; fetch("https://tracker.example/script")</script>
<img src="https://tracker.example/pixel.gif" onerror="document.title = 'taken over'" alt="a pixel">
<a href="javascript:document.title='taken over'">a trap</a>
<style>body { background: url(https://tracker.example/style.gif) }</style>
<form action="https://tracker.example/form"><input name="password"><button>Go</button></form>
<iframe src="https://tracker.example/frame"></iframe>
"""


@pytest.fixture(scope="module")
def numbers(ask: Ask) -> dict[str, str]:
    """Give the numbers of the tickets by their subjects."""
    harmful = mail(HARM, "Dear desk, please read this.")
    harmful.add_alternative(HARMFUL, subtype="html")
    return ask(
        mail(ENDLESS, "The printer jams. " + "y" * 400),
        mail(TURNED, TURNED_BODY, sender="ليلى حداد <layla@haddad.example>"),
        mail(LONG, "The printer jams, and not for the first time."),
        harmful,
    )


def test_an_endless_subject_stays_inside_the_page(ann: Person, numbers: dict[str, str]) -> None:
    ann.goes("/?view=all")
    expect(ann.rows().filter(has_text="Unbreakable")).to_be_visible()
    ann.fits_a_phone("absurd-work")
    ann.goes(f"/tickets/{numbers[ENDLESS]}")
    ann.fits_a_phone("absurd-subject")


def test_right_to_left_text_runs_right_to_left(ann: Person, numbers: dict[str, str]) -> None:
    ann.goes(f"/tickets/{numbers[TURNED]}")
    for turned in (ann.subject(), ann.page.locator(".message-body").first):
        assert turned.evaluate("element => getComputedStyle(element).direction") == "rtl"
    ann.fits_a_phone("absurd-right-to-left")


def test_five_hundred_messages_load_in_seconds(desk: Installation, ann: Person, numbers: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", TALK.replace("NUMBER", numbers[LONG])], env=desk.env(), cwd=ROOT, check=True)
    started = time.monotonic()
    ann.goes(f"/tickets/{numbers[LONG]}")
    expect(ann.page.locator("article.message")).not_to_have_count(0)
    assert time.monotonic() - started < PATIENCE
    ann.fits_a_phone("absurd-conversation")
    started = time.monotonic()
    ann.page.get_by_role("link", name="earlier messages").click()
    expect(ann.page.locator("article.message")).to_have_count(MESSAGES + 1)
    assert time.monotonic() - started < PATIENCE
    expect(ann.page.get_by_text("Message 0.")).to_be_attached()
    ann.fits_a_phone("absurd-conversation-whole")


def test_a_mail_that_means_harm_does_none(ann: Person, numbers: dict[str, str]) -> None:
    asked: list[str] = []
    ann.context.on("request", lambda request: asked.append(request.url))
    ann.goes(f"/tickets/{numbers[HARM]}")
    title = ann.page.title()
    ann.page.get_by_text("As it was formatted").click()
    frame = ann.page.frame_locator("iframe.original")
    expect(frame.get_by_text("please read this")).to_be_visible()
    assert frame.locator("script, form, iframe, style, [onerror], a[href^=javascript]").count() == 1, "our own style"
    with ann.context.expect_page() as opened:
        ann.page.get_by_role("link", name="Open it on its own").click()
    expect(opened.value.get_by_text("please read this")).to_be_visible()
    assert (ann.page.title(), opened.value.title()) == (title, "The mail as it was formatted")
    assert not [url for url in asked if not url.startswith(ann.desk.url)], asked
