"""The API as its callers meet it: the whole application on a fresh database, spoken to over WSGI."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from api_world import Caller, World
from flask import Flask
from one_app import as_new
from servers import Postgres
from sqlalchemy import event

from app import create_app, departments, people, relay
from app.config import settings
from app.db import db
from app.migrating import first_start
from app.people import ROLES, tokens

DATABASE = "flowdesk.db"


def _prepare() -> dict[str, str]:
    db.create_all()
    first_start()
    support = departments.by_key("support")
    made, readers = {}, []
    for role in ROLES:
        agent = people.add(f"{role}@desk.test", role.title(), role, by="system")
        departments.join(support, agent, by="system")
        if role in {"agent", "senior"}:
            readers.append(agent)
        made[role] = tokens.create(agent, by="system")
    # Mails about invoices land there, and agents see what is in their departments.
    departments.add("billing", "Billing", members=readers, by="system")
    relay.commit()
    return made


def _fill(home: Path, url: str = "") -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        flask = _application(home, patch, url)
        with flask.app_context():
            made = _prepare()
            db.session.remove()
            db.engine.dispose()
    settings.cache_clear()
    return made


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Make one database with processes, desk and agents, to be copied by each test."""
    home = tmp_path_factory.mktemp("prepared")
    return home / DATABASE, _fill(home)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    """Give what makes the same at an address, to be copied there."""
    return partial(_fill, tmp_path_factory.mktemp("filled"))


def _settle(home: Path, patch: pytest.MonkeyPatch, url: str = "") -> None:
    for name, value in {"DATA": str(home), "SECRET_KEY": "s" * 40, "DATABASE_URL": url, "REDIS_URL": ""}.items():
        patch.setenv(f"FLOWDESK_{name}", value)
    settings.cache_clear()


def _application(home: Path, patch: pytest.MonkeyPatch, url: str = "") -> Flask:
    _settle(home, patch, url)
    return create_app()


@pytest.fixture(scope="session")
def one_app(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Path]:
    """Make the application on SQLite and its home once."""
    home = tmp_path_factory.mktemp("api")
    with pytest.MonkeyPatch.context() as patch:
        flask = _application(home, patch)
    settings.cache_clear()
    return flask, home


@pytest.fixture
def world(
    one_app: tuple[Flask, Path], prepared: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """Give the application on SQLite."""
    flask, home = one_app
    _settle(home, monkeypatch)
    with as_new(flask, home, prepared[0]):
        yield World(flask, prepared[1])
    settings.cache_clear()


@pytest.fixture
def postgres_world(
    tmp_path: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch, filled: Callable[[str], dict[str, str]]
) -> Iterator[World]:
    """Give the application on PostgreSQL."""
    url, made = postgres_server.copy(filled)
    flask = _application(tmp_path, monkeypatch, url)
    yield World(flask, made)
    with flask.app_context():
        db.engine.dispose()
    settings.cache_clear()
    postgres_server.drop(url)


@pytest.fixture(
    params=["world", pytest.param("postgres_world", marks=pytest.mark.postgres)], ids=["sqlite", "postgres"]
)
def any_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Give the application on each database in turn."""
    yield request.getfixturevalue(request.param)


@pytest.fixture
def ann(world: World) -> Caller:
    """Give an agent of the desk."""
    return world.caller("agent")


@pytest.fixture
def admin(world: World) -> Caller:
    """Give an admin."""
    return world.caller("admin")


@pytest.fixture
def counted(world: World) -> Callable[[], AbstractContextManager[list[str]]]:
    """Give a context that collects the statements sent to the database within it."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            sent.append(statement)

        with world.flask.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            yield sent
            event.remove(db.engine, "before_cursor_execute", note)

    return counting
