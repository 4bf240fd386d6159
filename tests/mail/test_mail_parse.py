"""Any bytes become a mail, and what was wrong with them is said."""

import hashlib

import pytest

from app.channels.mail.model import Address, ParsedMail
from app.channels.mail.parse import parse

HEAD = (
    b"From: Ann Lee <ann@corp.example>\nTo: support@desk.example\nSubject: printer\n"
    b"Message-ID: <1@corp.example>\nDate: Mon, 5 Jan 2026 10:00:00 +0100\n"
)


def _mail(body: bytes, headers: bytes = b"") -> ParsedMail:
    return parse(HEAD + headers + b"\n" + body)


def test_a_plain_mail_is_read_as_it_is() -> None:
    raw = (
        HEAD + b"Cc: Bob <bob@corp.example>\nReply-To: ann@home.example\nIn-Reply-To: <a@x>\nReferences: <r@x> <a@x>\n"
        b"Delivered-To: sales@desk.example\nReturn-Path: <ann@corp.example>\n\nIt smokes.\n"
    )
    mail = parse(raw, rcpt_to=["support+x@desk.example"])
    assert mail.kind == "message"
    assert mail.from_ == Address("Ann Lee", "ann@corp.example")
    assert mail.to == (Address("", "support@desk.example"),)
    assert mail.cc == (Address("Bob", "bob@corp.example"),)
    assert mail.reply_to == (Address("", "ann@home.example"),)
    assert (mail.subject, mail.text, mail.reply_text, mail.html) == ("printer", "It smokes.", "It smokes.", None)
    assert (mail.message_id, mail.in_reply_to, mail.references) == ("<1@corp.example>", "<a@x>", ("<r@x>", "<a@x>"))
    assert mail.date is not None
    assert mail.date.isoformat() == "2026-01-05T10:00:00+01:00"
    assert mail.delivered_to == ("support+x@desk.example", "sales@desk.example")
    assert mail.return_path == "ann@corp.example"
    assert (mail.attachments, mail.problems, mail.bounce) == ((), (), None)


def test_the_json_has_exactly_the_promised_shape() -> None:
    shape = _mail(
        b"--b\nContent-Type: text/plain\n\nhi\n--b\nContent-Type: image/png; name=a.png\n\nx\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=b\n",
    ).as_json()
    assert list(shape) == [
        *("kind", "from", "to", "cc", "subject", "text", "reply_text"),
        *("message_id", "references", "attachments", "problems"),
    ]
    assert shape["from"] == {"name": "Ann Lee", "email": "ann@corp.example"}
    assert shape["to"] == [{"name": "", "email": "support@desk.example"}]
    assert shape["attachments"] == [
        {
            "filename": "a.png",
            "content_type": "image/png",
            "size": 1,
            "sha256": hashlib.sha256(b"x").hexdigest(),
            "inline": False,
        }
    ]


def test_an_alternative_is_read_once_and_keeps_its_html() -> None:
    mail = _mail(
        b"--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<p>rich</p>\n--b--\n",
        b"Content-Type: multipart/alternative; boundary=b\n",
    )
    assert (mail.text, mail.html) == ("plain", "<p>rich</p>")


def test_an_alternative_with_an_empty_plain_part_is_read_from_its_html() -> None:
    mail = _mail(
        b"--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<p>rich</p>\n--b--\n",
        b"Content-Type: multipart/alternative; boundary=b\n",
    )
    assert mail.text == "rich"


def test_words_before_and_after_a_picture_are_both_read() -> None:
    mail = _mail(
        b"--b\nContent-Type: text/plain\n\nabove\n--b\nContent-Type: image/png\nContent-ID: <p1>\n"
        b"Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b\nContent-Type: text/plain\n\nbelow\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=b\n",
    )
    assert mail.text == "above\n\nbelow"
    assert [(one.filename, one.inline, one.content_id) for one in mail.attachments] == [
        ("attachment-1.png", True, "p1")
    ]
    assert mail.attachments[0].content == b"\x89PNG\r\n\x1a\n"


def test_html_alone_becomes_readable_text() -> None:
    html = b"<style>p{color:red}</style><p>Hello <b>you</b></p><ul><li>one<li>two</ul><script>alert(1)</script>"
    mail = _mail(html, b"Content-Type: text/html\n")
    assert mail.text.split() == ["Hello", "you", "*", "one", "*", "two"]


def test_an_attached_mail_stays_whole() -> None:
    inner = b"Subject: inner\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\ninner words\n--c--\n"
    mail = _mail(
        b"--b\n\nouter words\n--b\nContent-Type: message/rfc822\n\n" + inner + b"\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=b\n",
    )
    assert mail.text == "outer words"
    assert [(one.filename, one.content) for one in mail.attachments] == [("attachment-1.eml", inner)]


BROKEN = {
    "nothing at all": (b"", "the mail is empty"),
    "only blank lines": (b"\r\n\r\n\r\n", "the mail is empty"),
    "no From": (b"Subject: x\nMessage-ID: <a@b>\n\nx", "From is missing"),
    "a From without an address": (b"From: Ann\nSubject: x\n\nx", "From names no address"),
    "two Froms": (b"From: a@b\nFrom: c@d\n\nx", "there is more than one From; the first is taken"),
    "no headers": (b"just words\nand more\n", "a line that is no header field ends the headers"),
    "a broken line among the headers": (
        b"From: a@b\ngarb\x00age\nSubject: x\n\nx",
        "a line among the headers is no header field",
    ),
    "no Message-ID": (b"From: a@b\n\nx", "Message-ID is missing"),
    "a Message-ID without brackets": (b"From: a@b\nMessage-ID: 1@b\n\nx", "Message-ID is broken"),
    "a Message-ID with spaces": (b"From: a@b\nMessage-ID: <1 2@b>\n\nx", "Message-ID is broken"),
    "a Message-ID without a domain": (b"From: a@b\nMessage-ID: <1>\n\nx", "Message-ID is broken"),
    "a date that is none": (b"From: a@b\nDate: yesterday\n\nx", "Date is not a date"),
    "a date beyond all calendars": (b"From: a@b\nDate: Mon, 1 Jan 99999 00:00:00 +0000\n\nx", "Date is not a date"),
    "a date at the edge of time": (b"From: a@b\nDate: Fri, 31 Dec 9999 23:59:59 -2300\n\nx", "Date is not a date"),
    "8-bit headers": ("From: a@b\nSubject: Grüße\n\nx".encode("latin-1"), "the subject is not encoded as it should be"),
    "NUL in the subject": (b"From: a@b\nSubject: a\x00b\n\nx", "the subject holds NUL characters; they are removed"),
    "NUL in the body": (b"From: a@b\n\na\x00b", "the text holds NUL characters; they are removed"),
    "an unknown charset": (
        b"From: a@b\nContent-Type: text/plain; charset=klingon\n\nx",
        "the charset 'klingon' is unknown",
    ),
    "an unknown transfer encoding": (
        b"From: a@b\nContent-Transfer-Encoding: x-zip\n\nx",
        "the transfer encoding 'x-zip' is unknown",
    ),
    "broken base64": (
        b"From: a@b\nContent-Transfer-Encoding: base64\n\naGVsb*G8",
        "base64 is broken; what could be read is kept",
    ),
    "a multipart without a boundary": (
        b"From: a@b\nContent-Type: multipart/mixed\n\n--zz\n\nx\n--zz--\n",
        "a multipart names no boundary; it is guessed from its first line",
    ),
    "a multipart without parts": (
        b"From: a@b\nContent-Type: multipart/mixed; boundary=b\n\nx",
        "a part says it holds other parts and holds none; it is read as text",
    ),
    "carriage returns only": (b"From: a@b\rSubject: x\r\rx", "the lines end in carriage returns only"),
    "a long subject": (b"From: a@b\nSubject: " + b"x" * 9000 + b"\n\nx", "the subject is very long; it is cut"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_mail_is_read_and_what_is_wrong_is_said(case: str) -> None:
    raw, problem = BROKEN[case]
    mail = parse(raw)
    assert problem in mail.problems
    assert mail.kind == "message"
    if raw.endswith(b"x"):
        assert mail.text == "x"


def test_a_mail_without_from_is_taken_to_be_from_whoever_sent_it() -> None:
    assert parse(b"Sender: Ann <ann@b>\n\nx").from_ == Address("Ann", "ann@b")
    assert parse(b"Return-Path: <ann@b>\n\nx").from_ == Address("", "ann@b")
    assert parse(b"Subject: x\n\nx").from_ == Address("", "")


def test_a_mail_without_a_content_type_is_text() -> None:
    assert _mail(b"words\n").text == "words"


def test_a_mail_without_a_body_has_empty_text() -> None:
    mail = parse(HEAD.rstrip(b"\n"))
    assert (mail.subject, mail.text, mail.reply_text) == ("printer", "", "")


def test_a_part_whose_closing_line_is_missing_is_read_to_the_end() -> None:
    mail = _mail(b"--b\n\nwords\n--b\nContent-Type: a/b\n\nfile", b"Content-Type: multipart/mixed; boundary=b\n")
    assert (mail.text, [one.content for one in mail.attachments]) == ("words", [b"file"])


def test_an_inner_multipart_that_is_never_closed_ends_with_the_outer_one() -> None:
    mail = _mail(
        b"--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nwords\n--b\nContent-Type: a/b\n\n"
        b"file\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=b\n",
    )
    assert (mail.text, [one.content for one in mail.attachments]) == ("words", [b"file"])


def test_a_mail_with_an_mbox_line_and_leading_blank_lines_is_read() -> None:
    assert parse(b"\n\nFrom ann@b Mon Jan  5 10:00:00 2026\n" + HEAD + b"\nx").subject == "printer"


def test_line_ends_of_the_network_and_of_unix_give_the_same_mail() -> None:
    raw = (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nwords\nmore\n--b\nContent-Type: a/b\n\nfile\n--b--\n'
    )
    assert parse(raw) == parse(raw.replace(b"\n", b"\r\n"))


def test_what_is_read_can_be_stored_anywhere() -> None:
    raw = b'From: "a\x00\xff" <a@b>\nSubject: =?utf-16?B?2AA=?=\nTo: \xed\xa0\x80 <c@d>\n\n\xed\xa0\x80\x00x\x0b'
    mail = parse(raw)
    text = "".join((mail.subject, mail.text, mail.from_.name, *(one.name for one in mail.to)))
    assert "\x00" not in text
    assert text.encode("utf-8")


def test_a_surprise_inside_still_gives_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> str:
        raise RecursionError(text)

    monkeypatch.setattr("app.channels.mail.parse.reply_text", fail)
    mail = parse(HEAD + b"\nwords")
    assert mail.problems == ("the mail could not be read: RecursionError",)
    assert "words" in mail.text
