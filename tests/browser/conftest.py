"""A running desk, and people who sit before it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from person import DESK, PASSWORD, Person
from playwright.sync_api import BrowserContext, expect
from story.installation import Installation, letter

PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Installation]:
    """Give a desk nobody used yet, with everything in one process; Ann works there."""
    with Installation(tmp_path, {}, ("up",)) as made:
        made.token = made.add_agent("ann@desk.example", "Ann Agent")
        yield made


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give a desk that tests share: Ann gets the tickets, Ben belongs to no department."""
    with Installation(tmp_path_factory.mktemp("desk"), {}, ("up",)) as made:
        made.token = made.add_agent("ann@desk.example", "Ann Agent")
        added = made.run("agent", "add", "ben@desk.example", "--name", "Ben Second", "--password", PASSWORD)
        assert added.returncode == 0, added.stderr.decode()
        yield made


@pytest.fixture
def sits_down(
    new_context: Callable[..., BrowserContext], pytestconfig: pytest.Config
) -> Iterator[Callable[[Installation], Person]]:
    """Seat somebody at a browser of their own; in the end no console may have complained."""
    pictures = Path(pytestconfig.getoption("--output")) / "screens"
    seated: list[Person] = []

    def sit(desk: Installation, **options: Any) -> Person:
        size = {"width": DESK[0], "height": DESK[1]}
        context = new_context(viewport=size, locale="en-GB", reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        seated.append(Person(desk, context, context.new_page(), pictures))
        return seated[-1]

    yield sit
    assert not (complaints := [said for person in seated for said in person.complaints]), complaints


@pytest.fixture
def ann(desk: Installation, sits_down: Callable[[Installation], Person]) -> Person:
    """Give Ann, signed in at the shared desk."""
    person = sits_down(desk)
    person.signs_in("ann@desk.example")
    return person


@pytest.fixture
def ask(desk: Installation) -> Callable[..., str]:
    """Let a customer mail the shared desk; return the ticket's number once its process waits for an agent."""

    def mail(subject: str, body: str, sender: str = "Maria Lopes <maria@acme.example>", html: str = "") -> str:
        written = letter(sender, "support@flowdesk.localhost", subject, body)
        if html:
            written.add_alternative(html, subtype="html")
        known = {item["number"] for item in desk.get("/api/v1/tickets?page_size=200")["items"]}
        desk.send_mail(written)
        new = lambda: {item["number"] for item in desk.get("/api/v1/tickets?page_size=200")["items"]} - known  # noqa: E731
        [number] = desk.until(new, f"“{subject[:40]}” is a ticket")
        desk.until(lambda: desk.get(f"/api/v1/tasks?ticket={number}")["items"], "an agent is asked")
        return str(number)

    return mail
