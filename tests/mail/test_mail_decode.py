"""Names, subjects and words are read in whatever way they are encoded."""

import base64

import pytest

from app.channels.mail.model import ParsedMail
from app.channels.mail.parse import parse

HEAD = (
    b"From: Ann Lee <ann@corp.example>\nTo: support@desk.example\nSubject: printer\n"
    b"Message-ID: <1@corp.example>\nDate: Mon, 5 Jan 2026 10:00:00 +0100\n"
)


def _mail(body: bytes, headers: bytes = b"") -> ParsedMail:
    return parse(HEAD + headers + b"\n" + body)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b'attachment; filename="report.pdf"', "report.pdf"),
        (b"attachment; filename=report.pdf", "report.pdf"),
        (b"attachment; filename*=utf-8''r%C3%A4port.pdf", "räport.pdf"),
        (b"attachment; filename*0*=iso-8859-1''r%E4; filename*1=port.pdf", "räport.pdf"),
        (b'attachment; filename="=?utf-8?Q?r=C3=A4port.pdf?="', "räport.pdf"),
        ("attachment; filename=räport.pdf".encode(), "räport.pdf"),
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename="C:\\\\temp\\\\a.exe"', "a.exe"),
        (b'attachment; filename="a\x00b.pdf"', "a b.pdf"),
        (b"attachment; filename*=utf-8''a%E2%80%AEfdp.exe", "a_fdp.exe"),
        (b'attachment; filename=""', "attachment-1.pdf"),
        (b"attachment; filename=" + b"x" * 500 + b".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_file_name_is_read_and_made_safe(header: bytes, name: str) -> None:
    mail = _mail(b"%PDF", b"Content-Type: application/pdf\nContent-Disposition: " + header + b"\n")
    assert [one.filename for one in mail.attachments] == [name]


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?B?R3LDvMOf?= =?utf-8?B?ZQ==?=", "Grüße"),
        (b"=?utf-8?B?R3LD?=\n =?utf-8?B?vMOfZQ==?=", "Grüße"),
        (b"=?iso-8859-1?q?Gr=FC=DFe?= an =?utf-8?q?alle?=", "Grüße an alle"),
        (b"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?x-unknown?Q?Gr=FC=DFe?=", "Grüße"),
        (b"=?utf-8?B?R3LDvMOfZ?=", "Grüß"),
        (b"=?utf-8?Q?broken", "=?utf-8?Q?broken"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"a\x00b\x07c", "ab c"),
        (b"one\n two\n\tthree", "one two three"),
        (b"=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        (b"", ""),
    ],
)
def test_a_subject_is_decoded_whatever_it_is(raw: bytes, subject: str) -> None:
    assert parse(b"From: a@b\nSubject: " + raw + b"\n\nx").subject == subject


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "Grüße".encode("latin-1"), "Grüße"),
        ("iso-8859-1", "Grüße".encode(), "Grüße"),
        ("us-ascii", "Grüße „x“".encode(), "Grüße „x“"),
        ("windows-1251", "Привет".encode("cp1251"), "Привет"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("shift_jis", "こんにちは".encode("cp932"), "こんにちは"),
        ("gb2312", "联通".encode("gbk"), "联通"),
        ("ks_c_5601-1987", "안녕".encode("cp949"), "안녕"),
        ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
        ("utf-7", b"Gr+APwA3w-e", "Grüße"),
        ("unknown-8bit", "Grüße".encode(), "Grüße"),
        ("punycode", b"Gre-5xa8", "Gre-5xa8"),
        ("rot13", b"hello", "hello"),
        ("\x00", b"hello", "hello"),
    ],
)
def test_text_is_read_in_its_charset_even_when_the_label_lies(charset: str, data: bytes, text: str) -> None:
    body = base64.encodebytes(data)
    headers = f'Content-Type: text/plain; charset="{charset}"\nContent-Transfer-Encoding: base64\n'.encode()
    assert _mail(body, headers).text == text


def test_text_without_a_known_charset_is_guessed_and_that_is_said() -> None:
    russian = "Здравствуйте, у меня не работает принтер, помогите пожалуйста.".encode("cp1251")
    mail = _mail(russian, b"Content-Type: text/plain; charset=nonsense\n")
    assert "принтер" in mail.text
    assert mail.problems == ("the charset is missing or unknown; it is read as cp1251",)
