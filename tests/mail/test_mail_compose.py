"""What we send is a correct mail, safe from what is put into it, and good to read."""

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest

from app.channels.mail import look, thread
from app.channels.mail.compose import Outgoing, compose
from app.channels.mail.parse import parse
from app.errors import Invalid

BODY = """\
Hello **Ann**,

see [the guide](https://x.example/a?b=c) or https://y.example/z.

1. off
2. on

- one
- two"""


def _letter(**changes: Any) -> Outgoing:
    given: dict[str, Any] = {
        "sender": "support@desk.example",
        "sender_name": "Support",
        "to": (("Ann Müller", "ann@corp.example"),),
        "subject": "Re: printer",
        "body": BODY,
        "message_id": thread.message_id("secret", "ticket:42", "desk.example", "a1"),
        "date": datetime(2026, 1, 5, 10, tzinfo=UTC),
        "desk_name": "Acme Care",
    }
    return Outgoing(**(given | changes))


def _read(letter: Outgoing) -> EmailMessage:
    message = email.message_from_bytes(compose(letter), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_the_same_letter_gives_the_same_bytes() -> None:
    letter = _letter(attachments=(("a.pdf", "application/pdf", b"%PDF"),))
    assert compose(letter) == compose(letter)


def test_the_headers_say_who_writes_to_whom_about_what() -> None:
    reply_to = thread.reply_address("support@desk.example", "secret", "ticket:42")
    message = _read(
        _letter(cc=(("", "bob@corp.example"),), in_reply_to="<a@x>", references=("<r@x>", "<a@x>"), reply_to=reply_to)
    )
    assert message["From"] == "Support <support@desk.example>"
    assert message["To"] == "Ann Müller <ann@corp.example>"
    assert message["Cc"] == "bob@corp.example"
    assert message["Reply-To"] == f"Support <{reply_to}>"
    assert message["Subject"] == "Re: printer"
    assert message["Date"] == "Mon, 05 Jan 2026 10:00:00 +0000"
    assert message["In-Reply-To"] == "<a@x>"
    assert message["References"] == "<r@x> <a@x>"
    assert message["Message-ID"].startswith("<fd.")
    assert message["Auto-Submitted"] is None


def test_an_automatic_mail_says_so() -> None:
    generated, replied = _read(_letter(automatic=True)), _read(_letter(automatic=True, in_reply_to="<a@x>"))
    assert (generated["Auto-Submitted"], replied["Auto-Submitted"]) == ("auto-generated", "auto-replied")
    assert generated["X-Auto-Response-Suppress"] == "All"


def test_every_mail_carries_the_mark_of_its_desk() -> None:
    mark = thread.desk_mark("secret")
    raw = compose(_letter(desk=mark))
    assert parse(raw, desk=mark).kind == "loop"
    assert parse(raw, desk="another").kind == "message"


def test_plain_text_and_html_say_the_same() -> None:
    message = _read(_letter())
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().replace("\r\n", "\n") == (
        "Hello Ann,\n\nsee the guide (https://x.example/a?b=c) or https://y.example/z.\n\n"
        "1. off\n2. on\n\n- one\n- two\n\n-- \nSupport\n"
    )
    for words in (
        "<strong>Ann</strong>",
        'href="https://x.example/a?b=c"',
        'href="https://y.example/z"',
        "one</li>",
        "Acme Care",
    ):
        assert words in rich.get_content()


def test_our_own_mail_is_read_as_its_receiver_would() -> None:
    mail = parse(
        compose(_letter(subject="Re: Grüße – é", attachments=(("räport.pdf", "application/pdf", b"%PDF"),))), desk="x"
    )
    assert mail.subject == "Re: Grüße – é"
    assert mail.reply_text.startswith("Hello Ann,")
    assert mail.reply_text.endswith("- two")
    assert [(one.filename, one.content_type, one.content) for one in mail.attachments] == [
        ("räport.pdf", "application/pdf", b"%PDF")
    ]
    assert mail.problems == ()


def test_nothing_put_into_a_header_makes_another_header() -> None:
    message = _read(
        _letter(
            subject="x\r\nBcc: spy@evil.example",
            sender_name="Support\nX-Evil: 1",
            to=(('Ann"\r\nX-Evil: 2', "ann@corp.example"),),
            in_reply_to="<a@x>\r\nX-Evil: 3",
            references=("<r@x>\nX-Evil: 4",),
            desk="mark\r\nX-Evil: 5",
            attachments=(('a"\r\nX-Evil: 6.pdf', "application/pdf\r\nX-Evil: 7", b"x"),),
        )
    )
    everywhere = [name.lower() for part in message.walk() for name in part]
    assert "x-evil" not in everywhere
    assert "bcc" not in everywhere
    assert message["Subject"] == "x Bcc: spy@evil.example"


@pytest.mark.parametrize(
    "address",
    ["", "ann", "ann@", "@b", "a b@c", "ann@b\r\nBcc: x", "ann@b>, <c@d", "a@b@c", '"a@b', '"a\r\nb"@c', '"a"b@c'],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        compose(_letter(to=(("", address),)))


def test_a_letter_to_nobody_or_without_an_id_is_refused() -> None:
    with pytest.raises(Invalid):
        compose(_letter(to=()))
    with pytest.raises(Invalid):
        compose(_letter(message_id="<a@b>\r\nX: y"))


def test_an_address_in_an_international_domain_is_written_in_ascii() -> None:
    assert b"<ann@xn--bcher-kva.example>" in compose(_letter(to=(("Ann", "ann@bücher.example"),)))


def test_long_threads_keep_their_first_mail_and_the_newest_ones() -> None:
    ids = tuple(f"<{'x' * 70}{number}@example.com>" for number in range(100))
    message = _read(_letter(references=ids))
    assert message["References"].split() == [ids[0], *ids[-19:]]


def test_no_line_is_longer_than_mail_allows() -> None:
    letter = _letter(
        body="word " * 5000 + "x" * 5000,
        subject="ü" * 400,
        to=tuple((f"Person {n}", f"p{n}@corp.example") for n in range(50)),
    )
    raw = compose(letter)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert len(_read(letter)["To"].addresses) == 50


def test_markdown_makes_no_code_and_fetches_nothing() -> None:
    body = (
        "<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![x](https://spy.example/p.png)\n\n<img src=x onerror=y>"
    )
    rich = _read(_letter(body=body)).get_body(("html",))
    assert rich is not None
    html = rich.get_content()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_desk_name_and_colour_shape_the_mail_and_cannot_break_it() -> None:
    rich = _read(_letter(desk_name="<b>Acme</b>", colour="#aa0044")).get_body(("html",))
    assert rich is not None
    assert "&lt;b&gt;Acme&lt;/b&gt;" in rich.get_content()
    assert "#aa0044" in rich.get_content()
    assert look.safe_colour('red"><script>') == look.DEFAULT_COLOUR


def test_links_are_readable_whatever_the_colour_of_the_desk() -> None:
    assert look.link_colour("#ffee00") == look.DEFAULT_COLOUR
    assert look.link_colour("#aa0044") == "#aa0044"
    assert look.link_colour(look.DEFAULT_COLOUR) == look.DEFAULT_COLOUR


def test_an_attached_mail_arrives_as_a_file() -> None:
    message = _read(
        _letter(attachments=(("mail.eml", "message/rfc822", b"Subject: x\n\nx"), ("n.txt", "text/plain", "ü".encode())))
    )
    files = list(message.iter_attachments())
    assert [one.get_content_type() for one in files] == ["application/octet-stream", "text/plain"]
    assert [one.get_payload(decode=True) for one in files] == [b"Subject: x\n\nx", "ü".encode()]
