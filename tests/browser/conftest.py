"""A running desk, and people who sit before it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from person import DESK, PASSWORD, Person
from playwright.sync_api import Browser, BrowserContext, StorageState, expect
from story.installation import ROOT, Installation, letter

PATIENCE = 15_000
STAFF = f"""
from app import create_app, departments, people, relay
with create_app(doors=False).app_context():
    ann = people.add("ann@desk.example", "Ann Agent", "agent", by="cli", password={PASSWORD!r})
    ben = people.add("ben@desk.example", "Ben Second", "agent", by="cli", password={PASSWORD!r})
    people.edit(ben, by="cli", capacity=0)
    for agent in (ann, ben):
        departments.join(departments.default(), agent, by="cli")
    print(people.tokens.create(ann, by="cli"))
    relay.commit()
"""
Seats = Callable[..., Person]
Ask = Callable[..., dict[str, str]]
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Installation]:
    """Give a desk nobody used yet, with everything in one process; Ann works there."""
    with Installation(tmp_path, {}, ("up",)) as made:
        made.token = staffed(made)
        yield made


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give a desk that tests share: Ann gets the tickets, Ben sees them."""
    with Installation(tmp_path_factory.mktemp("desk"), {}, ("up",)) as made:
        made.token = staffed(made)
        yield made


def staffed(desk: Installation) -> str:
    """Add the agents, all at once because starting a program takes its time, and return Ann's API token."""
    added = subprocess.run(
        [sys.executable, "-c", STAFF], env=desk.env(), cwd=ROOT, check=True, capture_output=True, text=True
    )
    return added.stdout.strip()


@pytest.fixture(scope="session")
def signed_in(desk: Installation, browser: Browser) -> dict[str, StorageState]:
    """Give the cookies of each agent at the shared desk, by first name; too many sign-ins are refused."""
    cookies = {}
    for name in ("ann", "ben"):
        with closing(browser.new_context()) as context:
            Person(desk, context, context.new_page(), Path()).signs_in(f"{name}@desk.example")
            cookies[name] = context.storage_state()
    return cookies


@pytest.fixture
def sits_down(new_context: Callable[..., BrowserContext], pytestconfig: pytest.Config) -> Iterator[Seats]:
    """Seat somebody at a browser of their own; in the end no console may have complained."""
    pictures = Path(pytestconfig.getoption("--output")) / "screens"
    seated: list[Person] = []

    def sit(desk: Installation, **options: Any) -> Person:
        context = new_context(viewport=DESK, locale="en-GB", reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        seated.append(Person(desk, context, context.new_page(), pictures))
        return seated[-1]

    yield sit
    assert not (complaints := [said for person in seated for said in person.complaints]), complaints


@pytest.fixture
def ann(desk: Installation, sits_down: Seats, signed_in: dict[str, StorageState]) -> Person:
    """Give Ann, signed in at the shared desk."""
    return sits_down(desk, storage_state=signed_in["ann"])


@pytest.fixture
def ben(desk: Installation, sits_down: Seats, signed_in: dict[str, StorageState]) -> Person:
    """Give Ben, signed in at the shared desk."""
    return sits_down(desk, storage_state=signed_in["ben"])


@pytest.fixture(scope="session")
def ask(desk: Installation) -> Ask:
    """Let customers mail the shared desk; return the tickets' numbers by subject once an agent is asked about each."""

    def send(*mails: EmailMessage) -> dict[str, str]:
        before = asked(desk)
        for mail in mails:
            desk.send_mail(mail)
        desk.until(lambda: len(asked(desk) - before) == len(mails), "an agent is asked about each mail")
        found = desk.get("/api/v1/tickets?page_size=200")["items"]
        return {item["subject"]: item["number"] for item in found if item["number"] not in before}

    return send


def asked(desk: Installation) -> set[str]:
    """Return the numbers of the tickets an agent is asked about."""
    return {task["ticket"] for task in desk.get("/api/v1/tasks?page_size=200")["items"]}


def mail(subject: str, body: str, sender: str = "Maria Lopes <maria@acme.example>") -> EmailMessage:
    """Return a mail to the desk."""
    return letter(sender, "support@flowdesk.localhost", subject, body)
