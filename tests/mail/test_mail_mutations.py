"""Whatever happens to a mail on its way, it is still read."""

import json
import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_lookalikes import NOT_BOUNCES
from mail_samples import BOUNCES

from app.channels.mail.parse import parse

ROUNDS = int(os.environ.get("FLOWDESK_MUTATIONS", "400"))
SEEDS = [raw.encode() for raw in (*BOUNCES.values(), *NOT_BOUNCES.values())]
SNIPPETS = [
    *(
        b"\x00",
        b"\r",
        b"\n\n",
        b"\xff\xfe",
        b"=?utf-8?B?",
        b"?=",
        b'"',
        b"<",
        b">",
        b"(",
        b";",
        b":",
        b"--",
        b"--AA/mx.example",
    ),
    *(
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Transfer-Encoding: base64\n",
        b"boundary=",
        b"charset=utf-16",
    ),
    *(
        b"Content-Type: message/rfc822\n\n",
        b"From: ",
        b"\xed\xa0\x80",
        b"=",
        b"%",
        b"*0*=",
        b"'",
        b"Date: \n",
        b"Message-ID: <",
    ),
]


def _mutated(chance: random.Random) -> bytes:
    raw = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(6):
            case 0:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del raw[at : at + chance.randint(1, 200)]
            case 2:
                raw[at:at] = chance.choice(SNIPPETS)
            case 3:
                other = chance.randrange(len(raw) + 1)
                raw[at:at] = raw[other : other + chance.randint(1, 300)]
            case 4:
                raw[at:at] = chance.choice(SEEDS)[: chance.randint(1, 500)]
            case _:
                raw[at:at] = chance.choice(SNIPPETS) * chance.randint(1, 50)
    return bytes(raw)


def _check(raw: bytes) -> None:
    mail = parse(raw)
    assert not any("could not be read" in problem for problem in mail.problems)
    assert bool(mail.reply_text.strip()) == bool(mail.text.strip())
    shape = json.dumps(mail.as_json(), ensure_ascii=False)
    assert shape.encode("utf-8")
    assert "\\u0000" not in shape
    assert (mail.kind == "bounce") == (mail.bounce is not None)


@pytest.mark.parametrize("start", range(4))
def test_a_mutated_mail_is_read(start: int) -> None:
    for seed in range(start, ROUNDS, 4):
        _check(_mutated(random.Random(seed)))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw: bytes) -> None:
    _check(raw)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"From", b"To", b"Subject", b"Content-Type", b"Date", b"References"]),
            st.binary(max_size=120),
        )
    )
)
def test_any_header_values_are_read(fields: list[tuple[bytes, bytes]]) -> None:
    _check(b"".join(b"%s: %s\n" % field for field in fields) + b"\nwords\n")
