"""Sending knows on which side of the final dot a connection broke."""

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from mail_stub import Stub

from app.channels.mail import smtp
from app.channels.mail.listen import Envelope, Listener

RAW = b"From: a@desk.example\r\nSubject: x\r\n\r\nwords\r\n"


@pytest.fixture
def stub() -> Iterator[Callable[..., Stub]]:
    made: list[Stub] = []

    def make(**answers: object) -> Stub:
        made.append(Stub(answers))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "COMMAND_SECONDS", 0.4)
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.4)


def _send(url: str, raw: bytes = RAW, to: tuple[str, ...] = ("b@x.example",)) -> tuple[smtp.SendResult, list[str]]:
    handed: list[str] = []
    return smtp.send(url, raw, "a@desk.example", list(to), on_handover=lambda: handed.append("yes")), handed


def test_a_mail_is_handed_over_just_before_its_final_dot(stub: Callable[..., Stub]) -> None:
    server = stub()
    seen: list[bytes] = []

    def handed_over() -> None:
        # The server has read the words and still waits for the dot.
        for _ in range(100):
            if server.content == RAW:
                break
            threading.Event().wait(0.02)
        seen.append(server.content)

    result = smtp.send(server.url, RAW, "a@desk.example", ["b@x.example"], on_handover=handed_over)
    assert (result.code, result.text, result.refused) == (250, "kept", {})
    assert seen == [RAW]
    assert server.said[:4] == ["ehlo desk.example", "mail FROM:<a@desk.example>", "rcpt TO:<b@x.example>", "DATA"]


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        (b"Subject: x\n\na\nb", b"Subject: x\r\n\r\na\r\nb\r\n"),
        (b"\r\n.\r\n..\r\n.x\r\n", b"\r\n..\r\n...\r\n..x\r\n"),
        (b".\n", b"..\r\n"),
        (b"a\rb\n", b"a\r\nb\r\n"),
        (b"", b"\r\n"),
    ],
)
def test_no_line_of_a_mail_can_end_it(stub: Callable[..., Stub], raw: bytes, content: bytes) -> None:
    server = stub()
    _send(server.url, raw)
    assert server.content == content


BEFORE: dict[str, dict[str, object]] = {
    "it refuses the connection": {"220": "554 go away"},
    "it closes at once": {"220": None},
    "it never greets": {"220": ...},
    "it closes after EHLO": {"EHLO": None, "HELO": None},
    "it closes after MAIL": {"MAIL": None},
    "it never answers RCPT": {"RCPT": ...},
    "it is full": {"MAIL": "452 disk full"},
    "it greylists": {"RCPT": "451 come back"},
    "it wants a password first": {"MAIL": "530 authentication required"},
    "it closes after DATA": {"DATA": None},
    "it is busy at DATA": {"DATA": "421 busy"},
}


@pytest.mark.parametrize("case", BEFORE)
def test_what_breaks_before_the_handover_may_be_tried_again(stub: Callable[..., Stub], case: str) -> None:
    handed: list[str] = []
    with pytest.raises(smtp.TryLater):
        smtp.send(
            stub(**BEFORE[case]).url, RAW, "a@desk.example", ["b@x.example"], on_handover=lambda: handed.append("yes")
        )
    assert handed == []


def test_a_connection_lost_within_the_words_may_be_tried_again(stub: Callable[..., Stub]) -> None:
    with pytest.raises(smtp.TryLater):
        _send(stub().url, b"STOP\r\n" + b"x" * 60 + b"\r\n" * 8_000_000)


@pytest.mark.parametrize("answer", [None, ...])
def test_silence_after_the_final_dot_is_unknown(stub: Callable[..., Stub], answer: object) -> None:
    handed: list[str] = []
    server = stub(DOT=answer)
    with pytest.raises(smtp.Unknown):
        smtp.send(server.url, RAW, "a@desk.example", ["b@x.example"], on_handover=lambda: handed.append("yes"))
    assert handed == ["yes"]


def test_a_refusal_after_the_final_dot_is_final(stub: Callable[..., Stub]) -> None:
    with pytest.raises(smtp.Refused) as caught:
        _send(stub(DOT="554 5.7.1 spam").url)
    assert caught.value.code == 554
    assert "5.7.1 spam" in str(caught.value)


def test_a_temporary_refusal_after_the_final_dot_may_be_tried_again(stub: Callable[..., Stub]) -> None:
    with pytest.raises(smtp.TryLater):
        _send(stub(DOT="451 later").url)


@pytest.mark.parametrize("answers", [{"MAIL": "550 no"}, {"RCPT": "550 5.1.1 unknown user"}, {"DATA": "554 no"}])
def test_a_permanent_refusal_is_final(stub: Callable[..., Stub], answers: dict[str, object]) -> None:
    with pytest.raises(smtp.Refused) as caught:
        _send(stub(**answers).url)
    assert caught.value.code in {550, 554}


def test_a_mail_that_some_receive_is_sent_and_the_others_are_named(stub: Callable[..., Stub]) -> None:
    server = stub(**{"rcpt TO:<gone@x.example>": "550 unknown"})
    result, handed = _send(server.url, to=("b@x.example", "gone@x.example"))
    assert result.refused == {"gone@x.example": (550, "unknown")}
    assert handed == ["yes"]


def test_a_mail_that_one_may_receive_later_is_tried_again(stub: Callable[..., Stub]) -> None:
    server = stub(RCPT="550 unknown", **{"rcpt TO:<b@x.example>": "450 greylisted"})
    with pytest.raises(smtp.TryLater):
        _send(server.url, to=("gone@x.example", "b@x.example"))


def test_what_the_handover_raises_stops_the_mail(stub: Callable[..., Stub]) -> None:
    class NotOurs(Exception):
        pass

    def refuse() -> None:
        raise NotOurs

    server = stub()
    with pytest.raises(NotOurs):
        smtp.send(server.url, RAW, "a@desk.example", ["b@x.example"], on_handover=refuse)
    server.thread.join(0.2)
    assert "quit" not in server.content.decode().lower()


def test_a_server_that_hangs_up_instead_of_goodbye_has_the_mail(stub: Callable[..., Stub]) -> None:
    result, _ = _send(stub(QUIT=None).url)
    assert result.code == 250


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(stub: Callable[..., Stub]) -> None:
    with pytest.raises(smtp.Refused):
        _send(stub().url, to=("jürgen@x.example",))
    server = stub(EHLO="250-mx.example\r\n250-8BITMIME\r\n250 SMTPUTF8")
    _send(server.url, to=("jürgen@x.example",))
    assert "mail FROM:<a@desk.example> SMTPUTF8 BODY=8BITMIME" in server.said
    assert "rcpt TO:<jürgen@x.example>" in server.said


def test_user_and_password_of_the_address_are_used(stub: Callable[..., Stub]) -> None:
    server = stub(EHLO="250-mx.example\r\n250 AUTH PLAIN", AUTH="235 welcome")
    _send(server.url.replace("smtp://", "smtp://ann%40x:p%2Fw@"))
    assert base64.b64decode(server.said[1].split()[-1]) == b"\0ann@x\0p/w"


def test_a_wrong_password_may_be_mended_and_tried_again(stub: Callable[..., Stub]) -> None:
    server = stub(EHLO="250-mx.example\r\n250 AUTH PLAIN", AUTH="535 5.7.8 bad credentials")
    with pytest.raises(smtp.TryLater, match="does not accept user name and password"):
        _send(server.url.replace("smtp://", "smtp://ann:wrong@"))


def test_a_mail_to_nobody_is_refused() -> None:
    with pytest.raises(smtp.Refused):
        _send("smtp://127.0.0.1:1", to=())


def test_nothing_listening_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(smtp.TryLater, match="nothing listens there"):
        _send(f"smtp://127.0.0.1:{port}")


@contextmanager
def _listener(keep: Callable[[Envelope], None]) -> Iterator[str]:
    listener = Listener("127.0.0.1", 0, keep)
    listener.start()
    try:
        yield f"smtp://127.0.0.1:{listener.port}"
    finally:
        listener.stop()


def test_a_real_server_receives_exactly_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "COMMAND_SECONDS", 10)
    kept: list[Envelope] = []
    raw = b"Subject: x\r\n\r\n.\r\n..two\r\n" + b"line\r\n" * 100_000
    with _listener(kept.append) as url:
        result, _ = _send(url, raw, to=("b@x.example", "c@x.example"))
    assert result.code == 250
    assert [(one.mail_from, one.rcpt_to) for one in kept] == [("a@desk.example", ("b@x.example", "c@x.example"))]
    assert kept[0].raw == raw


def test_checking_a_good_server_finds_nothing() -> None:
    with _listener(lambda envelope: None) as url:
        assert smtp.check(url) == ""


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mail.example.com", "must look like"),
        ("imap://mail.example.com", "must look like"),
        ("smtp://127.0.0.1:99999", "must look like"),
        ("smtp://127.0.0.1:1", "nothing listens there"),
    ],
)
def test_checking_says_in_a_sentence_what_is_wrong(url: str, words: str) -> None:
    said = smtp.check(url)
    assert words in said
    assert said.endswith(".")


def test_checking_says_when_a_server_speaks_no_tls(stub: Callable[..., Stub]) -> None:
    url = stub().url
    assert "STARTTLS" in smtp.check(url.replace("smtp://", "smtp+starttls://"))
    assert smtp.check(url.replace("smtp://", "smtps://"))
