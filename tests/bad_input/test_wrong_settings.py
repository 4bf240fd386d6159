"""A wrong setting stops the start with one sentence that names the variable, exit code 2, and no traceback."""

import os
import subprocess
from pathlib import Path

import pytest
from command_line import Flowdesk, refused
from story.installation import FLOWDESK

WRONG = [
    ("FLOWDESK_PORT", "eighty"),
    ("FLOWDESK_PORT", "70000"),
    ("FLOWDESK_DATABASE_URL", "mysql://localhost/desk"),
    ("FLOWDESK_DATABASE_URL", "postgresql://db.example.com:port/desk"),
    ("FLOWDESK_REDIS_URL", "localhost:6379"),
    ("FLOWDESK_REDIS_URL", "redis://localhost:port/0"),
    ("FLOWDESK_BASE_URL", "desk.example.com"),
    ("FLOWDESK_SMTP_URL", "mail.example.com"),
    ("FLOWDESK_SMTP_URL", "smtp://mail.example.com:port"),
    ("FLOWDESK_SMTP_LISTEN", "2525"),
    ("FLOWDESK_SMTP_LISTEN", "127.0.0.1:99999"),
    ("FLOWDESK_DEMO", "perhaps"),
    ("FLOWDESK_LEASE_SECONDS", "0"),
    ("FLOWDESK_WORKER_THREADS", "0"),
    ("FLOWDESK_CLOCK_INTERVAL", "-1"),
    ("FLOWDESK_TRIAGE_THRESHOLD", "2"),
    ("FLOWDESK_TICKET_PREFIX", "FAR-TOO-LONG-A-PREFIX-"),
    ("OPENAI_BASE_URL", "api.openai.com"),
    ("FLOWDESK_DATA", "/dev/null/desk"),
    ("FLOWDESK_DATABASE_URL", "sqlite:////dev/null/desk.db"),
]


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_a_wrong_value_is_told_with_its_variable(flowdesk: Flowdesk, variable: str, value: str) -> None:
    assert variable in refused(flowdesk("process", "list", **{variable: value}))


def test_every_wrong_value_is_told_at_once(flowdesk: Flowdesk) -> None:
    sentence = refused(flowdesk("process", "list", FLOWDESK_PORT="eighty", FLOWDESK_SMTP_LISTEN="2525"))
    assert "FLOWDESK_PORT" in sentence
    assert "FLOWDESK_SMTP_LISTEN" in sentence


def test_a_password_in_a_wrong_value_is_not_told(flowdesk: Flowdesk) -> None:
    sentence = refused(flowdesk("process", "list", FLOWDESK_DATABASE_URL="mysql://desk:hunter2@db.example.com/desk"))
    assert "hunter2" not in sentence
    assert "db.example.com" in sentence


@pytest.mark.parametrize("command", ["worker", "clock"])
def test_a_part_that_needs_redis_says_so(flowdesk: Flowdesk, command: str) -> None:
    assert "FLOWDESK_REDIS_URL" in refused(flowdesk(command))


def test_an_empty_value_counts_as_not_set(flowdesk: Flowdesk) -> None:
    assert flowdesk("process", "list", FLOWDESK_DATABASE_URL="", FLOWDESK_PORT="").exit_code == 0


def test_the_start_itself_leaves_with_the_sentence_alone(tmp_path: Path) -> None:
    environment = {**os.environ, "FLOWDESK_DATA": str(tmp_path), "FLOWDESK_PORT": "eighty"}
    left = subprocess.run([FLOWDESK, "up"], env=environment, capture_output=True, timeout=60, check=False)
    assert left.returncode == 2
    [sentence] = left.stderr.decode().splitlines()
    assert "FLOWDESK_PORT" in sentence
    assert left.stdout == b""
