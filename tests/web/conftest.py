"""The screens on a fresh database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from one_app import as_new
from web_desk import Person, WebDesk

from app import create_app, departments, people, relay
from app.config import settings
from app.db import db
from app.migrating import first_start
from app.people import ROLES

DATABASE = "flowdesk.db"
PASSWORD = "a long enough password"


def _settle(home: Path, patch: pytest.MonkeyPatch, **more: str) -> None:
    environment = {"DATA": str(home), "SECRET_KEY": "s" * 40, "DATABASE_URL": "", "REDIS_URL": "", "DEMO": "1", **more}
    for name, value in environment.items():
        patch.setenv(f"FLOWDESK_{name}", value)
    settings.cache_clear()


def _application(home: Path, patch: pytest.MonkeyPatch, **more: str) -> Flask:
    _settle(home, patch, **more)
    return create_app()


def _prepare() -> dict[str, str]:
    db.create_all()
    first_start()
    support = departments.by_key("support")
    made, readers = {}, []
    for role in ROLES:
        agent = people.add(f"{role}@desk.test", f"{role.title()} Person", role, by="system", password=PASSWORD)
        departments.join(support, agent, by="system")
        if role in {"agent", "senior"}:
            readers.append(agent)
        made[role] = agent.public_id
    # Mails about invoices land there, and agents see what is in their departments.
    departments.add("billing", "Billing", members=readers, by="system")
    relay.commit()
    return made


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Make one database with processes, desk and agents, to be copied by each test."""
    home = tmp_path_factory.mktemp("web")
    with pytest.MonkeyPatch.context() as patch:
        flask = _application(home, patch)
        with flask.app_context():
            made = _prepare()
            db.session.remove()
            db.engine.dispose()
    settings.cache_clear()
    return home / DATABASE, made


@pytest.fixture(scope="session")
def one_app(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, Path]:
    """Make the application with the usual settings and its home once."""
    home = tmp_path_factory.mktemp("web")
    with pytest.MonkeyPatch.context() as patch:
        flask = _application(home, patch)
    settings.cache_clear()
    return flask, home


@pytest.fixture
def environment() -> dict[str, str]:
    """Give the settings of this test besides the usual; a test module may override it."""
    return {}


@pytest.fixture
def desk(
    tmp_path: Path,
    one_app: tuple[Flask, Path],
    prepared: tuple[Path, dict[str, str]],
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[WebDesk]:
    """Give the application with its desk, one of its own where its settings are."""
    flask, home = (_application(tmp_path, monkeypatch, **environment), tmp_path) if environment else one_app
    _settle(home, monkeypatch, **environment)
    with as_new(flask, home, prepared[0]):
        yield WebDesk(flask, prepared[1])
    settings.cache_clear()


@pytest.fixture
def ann(desk: WebDesk) -> Person:
    """Give an agent, signed in."""
    return desk.person("agent")
