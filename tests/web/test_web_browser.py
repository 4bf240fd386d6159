"""The desk in a real browser: by keyboard, in both lights, with axe, and a silent console."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from servers import free_port
from waitress.server import create_server
from web_desk import WebDesk

ABSURD = "Unbreakable_" + "x" * 200 + " and then " + "words " * 20


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def environment(port: int) -> dict[str, str]:
    return {"PORT": str(port)}


@pytest.fixture
def address(desk: WebDesk, port: int) -> Iterator[str]:
    server = create_server(desk.flask, host="127.0.0.1", port=port, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.close()
    thread.join(5)


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


def _faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).response
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found["violations"] for n in v["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_accessible_and_fits(ann_page: Page, desk: WebDesk, address: str, said, theme: str, width: int):
    number, other = desk.mail(ABSURD, "xyzzy"), desk.mail("الطلب رقم ٤٧١١", "مرحبا")
    desk.person().post(f"/tickets/{other}/reply", body="**شكرا**")
    desk.work()
    instance = desk.ask("SELECT public_id FROM instance ORDER BY id LIMIT 1")
    contact, sent = desk.ask("SELECT public_id FROM contact"), desk.ask("SELECT public_id FROM outgoing")
    ann_page.context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    ann_page.set_viewport_size({"width": width, "height": 800})
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
        ann_page.wait_for_timeout(100)
        assert _faults(ann_page) == [], path
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert ann_page.evaluate(wide) <= 0, path
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
    assert ann_page.locator("#reply-body").input_value() == ""
    press("e")
    ann_page.locator("#prop-status[data-tone=green]").wait_for()
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
    ann_page.get_by_role("option", name=number).wait_for()
    ann_page.keyboard.press("Enter")
    ann_page.wait_for_url(f"{address}/tickets/{number}")
    ann_page.keyboard.press("?")
    assert ann_page.get_by_role("dialog", name="Keyboard").is_visible()
    assert said == []


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
