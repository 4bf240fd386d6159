"""A desk in this process, on either database, and the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from api.api_world import World
from click.testing import CliRunner, Result
from command_line import Flowdesk
from post_office import PostOffice

from app import create_app, departments, people, relay
from app.cli import main
from app.config import settings
from app.db import db
from app.migrating import first_start


@contextmanager
def _desk(home: Path, patch: pytest.MonkeyPatch, url: str) -> Iterator[PostOffice]:
    given = {"DATA": str(home), "SECRET_KEY": "s" * 40, "DATABASE_URL": url, "REDIS_URL": "", "SMTP_URL": ""}
    for name, value in given.items():
        patch.setenv(f"FLOWDESK_{name}", value)
    settings.cache_clear()
    flask = create_app()
    with flask.app_context():
        db.create_all()
        first_start()
        agent = people.add("agent@desk.test", "Ann", "admin", by="system")
        departments.join(departments.by_key("support"), agent, by="system")
        token = people.tokens.create(agent, by="system")
        relay.commit()
        db.session.remove()
    yield PostOffice(World(flask, {"agent": token}))
    with flask.app_context():
        db.engine.dispose()
    settings.cache_clear()


@pytest.fixture
def on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Give a desk on SQLite."""
    with _desk(tmp_path, monkeypatch, "") as made:
        yield made


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Give a desk on PostgreSQL."""
    with _desk(tmp_path, monkeypatch, postgres_url) as made:
        yield made


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def post(request: pytest.FixtureRequest) -> PostOffice:
    """Give a desk on each database in turn."""
    made: PostOffice = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def flowdesk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flowdesk]:
    """Give the command line of an installation on SQLite."""
    for name in ("REDIS_URL", "DATABASE_URL", "SMTP_URL", "SECRET_KEY"):
        monkeypatch.delenv(f"FLOWDESK_{name}", raising=False)

    def run(*arguments: str, stdin: bytes = b"", **environment: str) -> Result:
        settings.cache_clear()
        given = {"FLOWDESK_DATA": str(tmp_path), **environment}
        return CliRunner().invoke(main, list(arguments), input=stdin, env=given)

    yield run
    settings.cache_clear()
