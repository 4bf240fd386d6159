"""A bare application around a fresh database, and a small desk in it, for tests of single rooms.

`app` is on SQLite, `any_app` runs the test once on SQLite and once on PostgreSQL. Nothing is committed unless the
test does it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from servers import Postgres

import app.models
from app import contacts, departments, people, sla
from app.config import settings
from app.contacts import Contact
from app.db import db
from app.departments import Department
from app.events import take_pending
from app.people import Agent
from app.tickets import category, opening
from app.tickets.ticket import Ticket

__all__ = ["Desk", "any_app", "app", "desk", "postgres_app"]


@contextmanager
def _running(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setenv("FLOWDESK_SECRET_KEY", "a secret of the tests")
    settings.cache_clear()
    with _bare(url).app_context() as context:
        yield context.app
        db.session.remove()
        db.engine.dispose()
    settings.cache_clear()


def _bare(url: str) -> Flask:
    flask = Flask("rooms")
    flask.config["SQLALCHEMY_DATABASE_URI"] = url.replace("postgresql://", "postgresql+psycopg://", 1)
    db.init_app(flask)
    return flask


def _make_tables(url: str) -> None:
    with _bare(url).app_context():
        db.create_all()
        db.engine.dispose()


@cache
def _tables_on_sqlite() -> tuple[TemporaryDirectory[str], Path]:
    # Made once and copied; the folder goes with the process.
    home = TemporaryDirectory(prefix="flowdesk-tests-")
    path = Path(home.name) / "rooms.db"
    _make_tables(f"sqlite:///{path}")
    return home, path


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Give an application on a fresh SQLite database, inside its context."""
    shutil.copy(_tables_on_sqlite()[1], tmp_path / "rooms.db")
    with _running(f"sqlite:///{tmp_path / 'rooms.db'}", monkeypatch) as flask:
        yield flask


@pytest.fixture
def postgres_app(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Give an application on a fresh PostgreSQL database, inside its context."""
    url, _ = postgres_server.copy(_make_tables)
    with _running(url, monkeypatch) as flask:
        yield flask
    postgres_server.drop(url)


@pytest.fixture(params=["app", "postgres_app"], ids=["sqlite", "postgres"])
def any_app(request: pytest.FixtureRequest) -> Flask:
    """Give the application on each database in turn."""
    flask: Flask = request.getfixturevalue(request.param)
    return flask


class Desk:
    """A department with two agents, a customer, and what a test asks of them."""

    def __init__(self) -> None:
        self.ann = people.add("ann@desk.test", "Ann", "agent", by="system")
        self.bob = people.add("bob@desk.test", "Bob", "agent", by="system")
        self.support: Department = departments.add(
            "support", "Support", addresses=["support@desk.test"], members=[self.ann, self.bob], by="system"
        )
        self.eve: Contact = contacts.find_or_make("eve@example.com", "Eve", by="system")
        category.add("billing", "Billing", by="system")
        category.add("hardware", "Hardware", by="system")
        sla.ensure_presets(by="system")
        take_pending()

    def ticket(self, subject: str = "Help", **more: Any) -> Ticket:
        """Open a ticket of the customer in the department."""
        given: dict[str, Any] = {"contact": self.eve, "department": self.support, "channel": "email", "by": "system"}
        return opening.open_ticket(subject=subject, **(given | more))

    def agent(self, name: str, role: str = "agent", member: bool = True) -> Agent:
        """Add a colleague."""
        added = people.add(f"{name.lower()}@desk.test", name, role, by="system")
        if member:
            departments.join(self.support, added, by="system")
        return added

    def told(self) -> list[str]:
        """Return the names of what was recorded since the last call."""
        return [event.name for event in take_pending()]


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Desk:
    """Give a small desk in the application the test asks for, SQLite unless told."""
    wanted = {"any_app", "postgres_app"} & set(request.fixturenames)
    request.getfixturevalue(next(iter(sorted(wanted)), "app"))
    return Desk()
