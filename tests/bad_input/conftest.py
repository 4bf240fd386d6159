"""A desk in this process, on either database, and the command line."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from command_line import Flowdesk
from in_process import desk
from post_office import PostOffice
from servers import Postgres

from app.cli import main
from app.config import settings

DATABASE = "flowdesk.db"


def _fill(home: Path, url: str = "") -> str:
    with pytest.MonkeyPatch.context() as patch, desk(home, patch, DATABASE_URL=url) as made:
        return made.world.tokens["agent"]


@pytest.fixture(scope="session")
def sqlite_desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Make one database with a desk, to be copied by each test; give the agent's token too."""
    home = tmp_path_factory.mktemp("desk")
    return home / DATABASE, _fill(home)


@pytest.fixture(scope="session")
def postgres_desk(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Give what makes the same at an address, to be copied there."""
    return partial(_fill, tmp_path_factory.mktemp("desk"))


@pytest.fixture
def on_sqlite(tmp_path: Path, sqlite_desk: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Give a desk on SQLite."""
    shutil.copy(sqlite_desk[0], tmp_path / DATABASE)
    with desk(tmp_path, monkeypatch, sqlite_desk[1]) as made:
        yield made


@pytest.fixture
def on_postgres(
    tmp_path: Path, postgres_server: Postgres, postgres_desk: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[PostOffice]:
    """Give a desk on PostgreSQL."""
    url, token = postgres_server.copy(postgres_desk)
    with desk(tmp_path, monkeypatch, token, DATABASE_URL=url) as made:
        yield made
    postgres_server.drop(url)


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
