"""The desk in a real browser: by keyboard, in both lights, with axe, and a silent console."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Route
from servers import free_port
from waitress.server import create_server
from web_desk import WebDesk

ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast"]
ABSURD = "Unbreakable_" + "x" * 200 + " and then " + "words " * 20


@dataclass
class Counter:
    """Serves whichever application stands behind it now; starting and ending a server for each test takes seconds."""

    port: int
    flask: Flask | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.flask is None:
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return []
        return self.flask(environ, start_response)


@pytest.fixture(scope="module")
def counter() -> Iterator[Counter]:
    counter = Counter(free_port())
    server = create_server(counter, host="127.0.0.1", port=counter.port, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield counter
    server.close()
    thread.join(5)


@pytest.fixture
def environment(counter: Counter) -> dict[str, str]:
    return {"PORT": str(counter.port)}


@pytest.fixture
def address(desk: WebDesk, counter: Counter) -> Iterator[str]:
    counter.flask = desk.flask
    yield f"http://127.0.0.1:{counter.port}"
    counter.flask = None


@pytest.fixture
def said(page: Page) -> list[str]:
    """Give what the console complains about."""
    said: list[str] = []
    page.on(
        "console",
        lambda message: (
            said.append(f"{message.text} {message.location}") if message.type in {"error", "warning"} else None
        ),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.fixture
def ann_page(page: Page, address: str, said: list[str]) -> Page:
    """Give a browser in which an agent is signed in."""
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Agent Person").click()
    page.wait_for_url(f"{address}/")
    return page


def _faults(page: Page, rules: list[str] = ALL_RULES) -> list[str]:
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found["violations"] for n in v["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(ann_page: Page, desk: WebDesk, address: str, said, theme: str):
    number, other = desk.mail(ABSURD, "xyzzy"), desk.mail("الطلب رقم ٤٧١١", "مرحبا")
    desk.person().post(f"/tickets/{other}/reply", body="**شكرا**")
    desk.work()
    instance = desk.ask("SELECT public_id FROM instance ORDER BY id LIMIT 1")
    contact, sent = desk.ask("SELECT public_id FROM contact"), desk.ask("SELECT public_id FROM outgoing")
    ann_page.context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    rules = ALL_RULES if theme == "light" else COLOURS
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for path in (
        "/?view=all",
        f"/tickets/{number}",
        "/tickets/new",
        "/contacts",
        f"/contacts/{contact}",
        f"/mailbox/sent/{sent}",
        "/processes",
        "/processes/routing",
        f"/instances/{instance}",
        "/incidents",
    ):
        ann_page.goto(address + path)
        for width in (1280, 360):
            ann_page.set_viewport_size({"width": width, "height": 800})
            assert _faults(ann_page, rules) == [], (path, width)
            assert ann_page.evaluate(wide) <= 0, (path, width)
    assert said == []


def test_a_request_is_handled_by_keyboard_alone(ann_page: Page, desk: WebDesk, address: str, said):
    number = desk.mail()
    press = ann_page.keyboard.press
    ann_page.goto(f"{address}/?view=all")
    press("j")
    press("Enter")
    ann_page.wait_for_url(f"{address}/tickets/{number}")
    press("n")
    ann_page.keyboard.type("Ask finance.")
    press("Control+Enter")
    ann_page.wait_for_url("**/tickets/*#message-*")
    assert ann_page.locator("article[data-kind=note]").inner_text().endswith("Ask finance.")
    press("r")
    ann_page.keyboard.type("Dear Maria, it is mended.")
    ann_page.get_by_text("Draft saved").wait_for()
    press("Control+Enter")
    ann_page.locator("article[data-kind=reply]").wait_for()
    ann_page.wait_for_load_state()
    assert ann_page.locator("#reply-body").input_value() == ""
    press("e")
    ann_page.locator("#prop-status[data-tone=green]").wait_for()
    ann_page.wait_for_load_state()
    press("g")
    press("w")
    ann_page.wait_for_url(f"{address}/")
    assert said == []


def test_what_comes_in_shows_up_by_itself_and_disturbs_nobody(ann_page: Page, desk: WebDesk, address: str, said):
    desk.mail("First")
    ann_page.goto(f"{address}/?view=all")
    ann_page.keyboard.press("j")
    focused = ann_page.evaluate("document.activeElement.id")
    ann_page.locator("#search").evaluate("field => { field.value = 'half a sear' }")
    desk.mail("Second")
    ann_page.get_by_text("Second").wait_for(timeout=8000)
    assert ann_page.evaluate("document.activeElement.id") == focused
    assert ann_page.locator("#search").input_value() == "half a sear"
    assert said == []


def test_the_palette_finds_actions_and_tickets(ann_page: Page, desk: WebDesk, address: str, said):
    number = desk.mail("The kettle whistles")
    ann_page.keyboard.press("Control+k")
    ann_page.keyboard.type("kettle")
    ann_page.keyboard.press("Enter")
    ann_page.wait_for_url(f"{address}/tickets/{number}")
    ann_page.keyboard.press("?")
    assert ann_page.get_by_role("dialog", name="Keyboard").is_visible()
    assert said == []


def test_enter_in_the_palette_waits_for_the_answer_to_the_last_letter(ann_page: Page, desk: WebDesk, address: str):
    desk.mail("The kettle whistles")
    number = desk.mail("The kettle that leaks")
    answers: list[Route] = []
    ann_page.route("**/palette?q=*", lambda route, _: answers.append(route))
    ann_page.keyboard.press("Control+k")
    ann_page.keyboard.type("kettle")
    _until(ann_page, lambda: len(answers) == 1)
    ann_page.keyboard.type(" that")
    assert ann_page.locator(".palette-wait").is_visible()
    ann_page.keyboard.press("Enter")
    answers[0].continue_()
    _until(ann_page, lambda: len(answers) == 2)
    assert ann_page.url == f"{address}/", "the first hit for older letters is not what was meant"
    answers[1].continue_()
    ann_page.wait_for_url(f"{address}/tickets/{number}")


def test_enter_in_the_palette_searches_where_nothing_fits_or_the_desk_is_away(ann_page: Page, address: str):
    for away in (False, True):
        if away:
            ann_page.route("**/palette?q=*", lambda route: route.abort())
        ann_page.keyboard.press("Control+k")
        ann_page.keyboard.type("no such words")
        ann_page.keyboard.press("Enter")
        ann_page.wait_for_url(f"{address}/?q=no%20such%20words")
        ann_page.goto(f"{address}/")


def _until(page: Page, true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        page.wait_for_timeout(10)


def test_what_was_typed_survives_a_reload_while_the_desk_is_away(ann_page: Page, desk: WebDesk, address: str):
    number = desk.mail()
    ann_page.goto(f"{address}/tickets/{number}")
    ann_page.route("**/draft", lambda route: route.abort())
    ann_page.locator("#reply-body").fill("Not lost.")
    ann_page.get_by_text("Draft kept in this browser").wait_for()
    ann_page.reload()
    assert ann_page.locator("#reply-body").input_value() == "Not lost."


def test_the_customers_page_is_accessible(page: Page, address: str):
    page.goto(f"{address}/rate/unknown")
    assert _faults(page) == []
    page.goto(f"{address}/sign-in")
    assert _faults(page) == []
