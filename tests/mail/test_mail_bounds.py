"""However large, deep or twisted a mail is, reading it takes seconds and a bounded amount of memory."""

import base64
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.channels.mail.parse import parse

HEAD = b"From: Ann <ann@b.example>\nTo: desk@c.example\nSubject: hi\nMessage-ID: <1@b.example>\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
SECONDS = 10


def _nested(levels: int) -> bytes:
    down = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(levels))
    up = b"".join(b"--b%d--\n" % n for n in reversed(range(levels)))
    return HEAD + down + b"Content-Type: text/plain\n\nat the bottom\n" + up


def _parts(count: int) -> bytes:
    parts = b"".join(b"--b\nContent-Type: text/plain\n\nword %d\n" % number for number in range(count))
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + parts + b"--b--\n"


def _people(count: int) -> bytes:
    return b",\n ".join(b"Person %d <p%d@example.com>" % (number, number) for number in range(count))


HEAVY = {
    "1,500 nested parts": lambda: _nested(1500),
    "100,000 parts": lambda: _parts(100_000),
    "1,500 nested mails": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 1500 + b"x",
    "100,000 recipients": lambda: (
        b"From: a@b\nTo: " + _people(100_000) + b"\nCc: " + _people(100_000) + b"\nSubject: hi\n\nx"
    ),
    "100,000 To fields": lambda: b"From: a@b\n" + b"To: a@b.example\n" * 100_000 + b"Subject: hi\n\nx",
    "a header of 20 MB": lambda: HEAD + b"X-Long: " + b"a" * 20_000_000 + b"\n\nx",
    "a subject of 12 MB": lambda: b"From: a@b\nSubject: hi" + b" =?utf-8?Q?x?=" * 900_000 + b"\n\nx",
    "5,000,000 header fields": lambda: b"A: b\n" * 5_000_000 + b"\nx",
    "10,000,000 lines without headers": lambda: b"a\n" * 10_000_000,
    "20 MB of text": lambda: HEAD + b"\n" + b"hello w\xf6rld this is text\n" * 800_000,
    "one line of 20 MB": lambda: HEAD + b"\n" + b"On " * 6_600_000,
    "blank lines": lambda: HEAD + b"\n" + b"\n" * 20_000_000 + b"x",
    "quote marks": lambda: HEAD + b"\n" + b"> x\n" * 5_000_000,
    "introductions of quotes": lambda: HEAD + b"\n" + (b"On " + b"1 wrote " * 60 + b":\n") * 20_000,
    "header-like text": lambda: HEAD + b"\n" + b"From: a\nSent: b\n" * 500_000,
    "nested elements": lambda: HTML + b"<div>" * 3_000_000,
    "nested tables": lambda: HTML + b"<table><tr><td>" * 500_000,
    "long HTML": lambda: HTML + b"<p>Hello <b>you</b></p>\n" * 500_000,
    "wide margins": lambda: HTML + b"<p style='margin-left:99999999em;padding:99999999em'>x</p>" * 20_000,
    "angle brackets": lambda: HTML + b"<" * 5_000_000,
    "open scripts": lambda: HTML + b"<script>" * 1_000_000,
    "open comments": lambda: HTML + b"<!--" * 2_000_000,
    "18 MB of base64": lambda: (
        HEAD + b"Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(bytes(18_000_000))
    ),
    "base64 in snippets": lambda: (
        HEAD + b"Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n" + b"QQ==" * 6_000_000
    ),
    "a million references": lambda: HEAD + b"References: " + b"<a@b>\n " * 1_000_000 + b"\n\nx",
    "a million parameters": lambda: b"From: a@b\nContent-Type: text/plain" + b'; a="\\"' * 1_000_000 + b"\n\nx",
    "quotes in addresses": lambda: b"From: a@b\nTo: " + b'"\\' * 500_000 + b"\n\nx",
    "brackets in addresses": lambda: b"From: a@b\nTo: " + b"(a<" * 500_000 + b"\n\nx",
    "1,900 parts that lie about their charset": lambda: (
        b"From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n"
        + (b"--b\nContent-Type: text/plain; charset=ascii\n\n" + b"h\xe9llo\xff\xfe w\xf6rld " * 200 + b"\n") * 1900
    ),
    "lines that look like boundaries": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + b"--c\n" * 6_000_000
    ),
    "a report of 200,000 recipients": lambda: (
        b"From: MAILER-DAEMON@x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
        b"Content-Type: message/delivery-status\n\n" + b"\nFinal-Recipient: rfc822; a@b\nAction: failed\n" * 200_000
    ),
    "a long report in words": lambda: b"From: MAILER-DAEMON@x\nSubject: failure notice\n\n" + b"<a@b.c>:\n" * 2_000_000,
    "zeros": lambda: bytes(20_000_000),
    "noise": lambda: random.Random(1).randbytes(20_000_000),
}


@pytest.mark.parametrize("case", HEAVY)
def test_a_heavy_mail_is_read_in_seconds(case: str) -> None:
    raw = HEAVY[case]()
    began = time.process_time()
    mail = parse(raw)
    assert time.process_time() - began < SECONDS
    assert not any("could not be read" in problem for problem in mail.problems)
    assert len(mail.text) <= 1_000_000
    assert len(mail.to) <= 1000
    assert len(mail.problems) <= 40


def test_what_was_cut_is_said() -> None:
    assert "the mail has more than 2000 parts; the rest is not read" in parse(HEAVY["100,000 parts"]()).problems
    mail = parse(HEAVY["100,000 recipients"]())
    assert "To names more than 1000 recipients; the rest are left out" in mail.problems
    assert "Cc names more than 1000 recipients; the rest are left out" in mail.problems
    assert (mail.subject, mail.text) == ("hi", "x")


def test_words_below_1500_levels_are_found() -> None:
    assert parse(_nested(1500)).text == "at the bottom"


def test_fields_below_100000_others_are_found() -> None:
    mail = parse(HEAVY["100,000 To fields"]())
    assert (mail.subject, mail.text) == ("hi", "x")


GREEDY = [
    *("100,000 parts", "100,000 recipients", "5,000,000 header fields", "20 MB of text", "long HTML", "wide margins"),
    *("18 MB of base64", "base64 in snippets", "1,900 parts that lie about their charset", "noise"),
]
MEMORY = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_mail_bounds import HEAVY
from app.channels.mail.parse import parse
for case in {cases!r}:
    parse(HEAVY[case]())
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""
# Not getrusage: its ru_maxrss starts at what the parent held when it forked, which here is a whole test run.


def test_reading_the_heaviest_mails_takes_less_than_512_mb() -> None:
    script = MEMORY.format(tests=str(Path(__file__).parent), cases=GREEDY)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300, check=True)
    assert int(done.stdout) < 512 * 1024
