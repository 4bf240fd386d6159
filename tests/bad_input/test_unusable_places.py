"""A database that cannot be had and a port that is taken: one sentence, exit code 2, and nothing half started."""

import os
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Flowdesk, refused
from servers import free_port
from story.installation import FLOWDESK


@pytest.fixture
def taken() -> Iterator[int]:
    """Give a port on loopback that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_database_server_that_refuses_is_named_without_its_password(flowdesk: Flowdesk) -> None:
    url = f"postgresql://desk:hunter2@127.0.0.1:{free_port()}/desk"
    sentence = refused(flowdesk("process", "list", FLOWDESK_DATABASE_URL=url))
    assert "FLOWDESK_DATABASE_URL" in sentence
    assert "hunter2" not in sentence


def test_a_file_that_is_no_database_is_left_as_it_is(flowdesk: Flowdesk, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 100)
    assert "FLOWDESK_DATABASE_URL" in refused(flowdesk("process", "list", FLOWDESK_DATABASE_URL=f"sqlite:///{file}"))
    assert file.read_text().startswith("Dear Sir")


def test_a_database_of_a_later_release_is_not_touched(flowdesk: Flowdesk, tmp_path: Path) -> None:
    assert flowdesk("process", "list").exit_code == 0
    with sqlite3.connect(tmp_path / "flowdesk.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    connection.close()
    assert "release" in refused(flowdesk("process", "list"))


def start(home: Path, command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Start a part of Flowdesk that is expected to leave by itself."""
    given = {
        "FLOWDESK_DATA": str(home),
        "FLOWDESK_PORT": str(free_port()),
        "FLOWDESK_SMTP_LISTEN": "off",
        **environment,
    }
    return subprocess.run(
        [FLOWDESK, command], env={**os.environ, **given}, capture_output=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("command", "variable"), [("up", "FLOWDESK_PORT"), ("web", "FLOWDESK_PORT"), ("up", "FLOWDESK_SMTP_LISTEN")]
)
def test_a_port_that_is_taken_is_named_with_its_variable(
    tmp_path: Path, taken: int, command: str, variable: str
) -> None:
    value = str(taken) if variable == "FLOWDESK_PORT" else f"127.0.0.1:{taken}"
    left = start(tmp_path, command, **{variable: value})
    assert left.returncode == 2, left.stderr.decode()
    [sentence] = left.stderr.decode().splitlines()
    assert variable in sentence
    assert str(taken) in sentence
    assert b"ready" not in left.stdout
