"""`flowdesk mail-in` leaves with 0 when the mail is safe, with 75 (EX_TEMPFAIL) when the mail server must keep it."""

import sqlite3
from pathlib import Path

import pytest
from command_line import Flowdesk
from servers import free_port

TEMPFAIL = 75
MAIL = b"From: eve@acme.example\nSubject: Printer\n\nIt jams.\n"


def kept(home: Path) -> list[bytes]:
    """Return the raw mails in the database."""
    connection = sqlite3.connect(home / "flowdesk.db")
    rows = connection.execute("SELECT raw FROM raw_message ORDER BY id").fetchall()
    connection.close()
    return [row[0] for row in rows]


@pytest.mark.parametrize("raw", [MAIL, b"", b"\x00\xff\xfe\r\n\r\n", b"no header at all"])
def test_any_mail_is_kept_byte_for_byte(flowdesk: Flowdesk, tmp_path: Path, raw: bytes) -> None:
    result = flowdesk("mail-in", stdin=raw)
    assert (result.exit_code, result.stdout.startswith("kept as ")) == (0, True)
    assert kept(tmp_path) == [raw]


def test_a_mail_for_a_department_is_kept(flowdesk: Flowdesk, tmp_path: Path) -> None:
    assert flowdesk("mail-in", "--department", "support", stdin=MAIL).exit_code == 0
    assert kept(tmp_path) == [MAIL]


def test_an_unknown_department_leaves_the_mail_with_the_server_and_names_the_known_ones(
    flowdesk: Flowdesk, tmp_path: Path
) -> None:
    result = flowdesk("mail-in", "--department", "billnig", stdin=MAIL)
    assert result.exit_code == TEMPFAIL
    assert "billnig" in result.stderr
    assert "support" in result.stderr
    assert kept(tmp_path) == []


def test_a_database_that_is_down_leaves_the_mail_with_the_server(flowdesk: Flowdesk) -> None:
    url = f"postgresql://desk@127.0.0.1:{free_port()}/desk"
    result = flowdesk("mail-in", stdin=MAIL, FLOWDESK_DATABASE_URL=url)
    assert result.exit_code == TEMPFAIL
    [sentence] = result.stderr.splitlines()
    assert "try again" in sentence


def test_a_wrong_setting_leaves_the_mail_with_the_server(flowdesk: Flowdesk) -> None:
    result = flowdesk("mail-in", stdin=MAIL, FLOWDESK_PORT="eighty")
    assert result.exit_code == TEMPFAIL
    assert "FLOWDESK_PORT" in result.stderr


def test_redis_being_down_does_not_keep_a_mail_out(flowdesk: Flowdesk, tmp_path: Path) -> None:
    result = flowdesk("mail-in", stdin=MAIL, FLOWDESK_REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert result.exit_code == 0
    assert kept(tmp_path) == [MAIL]
