"""A mail is acknowledged only after it is kept."""

import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app.channels.mail.listen import Envelope, Listener
from app.errors import BadSetting


@pytest.fixture
def listen() -> Iterator[Callable[..., smtplib.SMTP]]:
    """Start listeners and give a client of each."""
    started: list[Listener] = []
    clients: list[smtplib.SMTP] = []

    def start(keep: Callable[[Envelope], None], **options: object) -> smtplib.SMTP:
        listener = Listener("127.0.0.1", 0, keep, **options)  # type: ignore[arg-type]
        listener.start()
        started.append(listener)
        clients.append(smtplib.SMTP("127.0.0.1", listener.port, "client.example", timeout=10))
        return clients[-1]

    yield start
    for client in clients:
        client.close()
    for listener in started:
        listener.stop()


def test_a_mail_is_kept_with_its_envelope(listen: Callable[..., smtplib.SMTP]) -> None:
    kept: list[Envelope] = []
    raw = b"Subject: x\r\n\r\n.dot\r\n\x00\xff\r\n"
    listen(kept.append).sendmail("ann@corp.example", ["support+tok@desk.example", "b@desk.example"], raw)
    assert kept == [Envelope(raw, "ann@corp.example", ("support+tok@desk.example", "b@desk.example"), "127.0.0.1")]


def test_the_null_sender_is_empty(listen: Callable[..., smtplib.SMTP]) -> None:
    kept: list[Envelope] = []
    listen(kept.append).sendmail("<>", ["b@desk.example"], b"x")
    assert kept[0].mail_from == ""


def test_nothing_is_acknowledged_before_it_is_kept(listen: Callable[..., smtplib.SMTP]) -> None:
    began, may_end = threading.Event(), threading.Event()

    def keep(envelope: Envelope) -> None:
        began.set()
        may_end.wait(10)

    client = listen(keep)
    answers: list[object] = []
    sender = threading.Thread(target=lambda: answers.append(client.sendmail("a@x.example", ["b@desk.example"], b"x")))
    sender.start()
    assert began.wait(5)
    time.sleep(0.1)
    assert answers == []
    may_end.set()
    sender.join(5)
    assert answers == [{}]


def test_a_mail_that_cannot_be_kept_is_to_be_sent_again(listen: Callable[..., smtplib.SMTP]) -> None:
    def keep(envelope: Envelope) -> None:
        raise OSError("disk full")

    client = listen(keep)
    with pytest.raises(smtplib.SMTPDataError) as caught:
        client.sendmail("a@x.example", ["b@desk.example"], b"x")
    assert caught.value.smtp_code == 451
    assert bytes(caught.value.smtp_error).startswith(b"4.3.0")


def test_a_slow_keeper_does_not_stop_other_mail(listen: Callable[..., smtplib.SMTP]) -> None:
    may_end = threading.Event()

    def keep(envelope: Envelope) -> None:
        if b"slow" in envelope.raw:
            may_end.wait(10)

    slow = listen(keep)
    quick = smtplib.SMTP("127.0.0.1", slow.sock.getpeername()[1], "client.example", timeout=10)
    sender = threading.Thread(target=lambda: slow.sendmail("a@x.example", ["b@desk.example"], b"slow"))
    sender.start()
    assert quick.sendmail("a@x.example", ["b@desk.example"], b"quick") == {}
    may_end.set()
    sender.join(5)
    quick.close()


def test_a_mail_that_is_too_large_is_refused(listen: Callable[..., smtplib.SMTP]) -> None:
    kept: list[Envelope] = []
    client = listen(kept.append, max_bytes=10_000)
    with pytest.raises(smtplib.SMTPSenderRefused):
        client.sendmail("a@x.example", ["b@desk.example"], b"x" * 20_000)
    client.rset()
    client.mail("a@x.example")
    client.rcpt("b@desk.example")
    code, _ = client.data(b"line\r\n" * 4_000)
    assert code == 552
    assert kept == []


def test_a_mail_with_very_long_lines_is_kept(listen: Callable[..., smtplib.SMTP]) -> None:
    kept: list[Envelope] = []
    raw = b"Subject: " + b"x" * 3_000_000 + b"\r\n\r\nbody\r\n"
    listen(kept.append).sendmail("a@x.example", ["b@desk.example"], raw)
    assert kept[0].raw == raw


def test_mail_for_other_domains_is_refused(listen: Callable[..., smtplib.SMTP]) -> None:
    kept: list[Envelope] = []
    client = listen(kept.append, known_domains={"Desk.Example"})
    assert client.sendmail("a@x.example", ["b@desk.example", "c@far.example"], b"x") == {
        "c@far.example": (550, b"5.7.1 This server takes no mail for that domain")
    }
    assert [one.rcpt_to for one in kept] == [("b@desk.example",)]


def test_too_many_recipients_are_put_off(listen: Callable[..., smtplib.SMTP]) -> None:
    client = listen(lambda envelope: None)
    client.ehlo()
    client.mail("a@x.example")
    codes = [client.rcpt(f"p{number}@desk.example")[0] for number in range(1001)]
    assert codes == [250] * 1000 + [452]


def test_a_taken_port_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match="FLOWDESK_SMTP_LISTEN"):
            Listener("127.0.0.1", port, lambda envelope: None).start()


def test_a_listener_stops_quickly_and_gives_its_port_back() -> None:
    listener = Listener("127.0.0.1", 0, lambda envelope: None)
    listener.start()
    idle = smtplib.SMTP("127.0.0.1", listener.port, "client.example", timeout=10)
    began = time.monotonic()
    listener.stop()
    assert time.monotonic() - began < 3
    idle.close()
    again = Listener("127.0.0.1", listener.port, lambda envelope: None)
    again.start()
    again.stop()
