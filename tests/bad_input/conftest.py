"""A desk in this process, on either database, and the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from command_line import Flowdesk
from in_process import desk
from post_office import PostOffice

from app.cli import main
from app.config import settings


@pytest.fixture
def on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Give a desk on SQLite."""
    with desk(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Give a desk on PostgreSQL."""
    with desk(tmp_path, monkeypatch, DATABASE_URL=postgres_url) as made:
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
