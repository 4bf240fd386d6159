"""A mail finds its conversation by what we signed, and by nothing else."""

import pytest

from app.channels.mail import thread
from app.channels.mail.parse import parse

SECRET = "a secret"


def test_a_token_names_its_ref_whatever_a_server_does_to_its_case() -> None:
    token = thread.token(SECRET, "ticket:42")
    assert token == token.lower()
    assert thread.read_token(SECRET, token.upper()) == "ticket:42"
    assert thread.read_token(SECRET, f"support+{token}@desk.example") == "ticket:42"


@pytest.mark.parametrize("ref", ["1", "ticket:42", "0197a3c0-7f3e-7b5e-8000-0123456789ab", "größe"])
def test_any_ref_comes_back(ref: str) -> None:
    assert thread.read_token(SECRET, thread.token(SECRET, ref)) == ref


def test_a_token_of_another_secret_names_nothing() -> None:
    assert thread.read_token(SECRET, thread.token("another", "ticket:42")) is None


def test_a_token_cannot_be_moved_to_another_ref() -> None:
    one, two = thread.token(SECRET, "ticket:1"), thread.token(SECRET, "ticket:2")
    assert thread.read_token(SECRET, f"{two.partition('-')[0]}-{one.partition('-')[2]}") is None


@pytest.mark.parametrize(
    "text", ["", "support", "-", "a-" * 5000, "mz" * 40 + "-" + "a" * 26, "\x00", "aa-" + "a" * 26]
)
def test_what_is_no_token_names_nothing(text: str) -> None:
    assert thread.read_token(SECRET, text) is None


def test_the_signature_has_128_bits() -> None:
    assert len(thread.token(SECRET, "1").partition("-")[2]) * 5 >= 128


def test_a_reply_address_carries_the_token_in_front_of_the_at() -> None:
    address = thread.reply_address("support@desk.example", SECRET, "ticket:42")
    assert address.startswith("support+")
    assert address.endswith("@desk.example")
    assert len(address.partition("@")[0]) <= 64
    assert thread.read_token(SECRET, address) == "ticket:42"


def test_a_reply_address_that_would_be_too_long_stays_as_it_is() -> None:
    assert thread.reply_address(f"{'x' * 40}@desk.example", SECRET, "ticket:42") == f"{'x' * 40}@desk.example"


def test_a_message_id_is_the_same_on_every_attempt_and_carries_the_token() -> None:
    first = thread.message_id(SECRET, "ticket:42", "desk.example", "a1")
    assert first == thread.message_id(SECRET, "ticket:42", "desk.example", "a1")
    assert first != thread.message_id(SECRET, "ticket:42", "desk.example", "a2")
    assert thread.read_token(SECRET, first) == "ticket:42"


def _id(ref: str) -> str:
    return thread.message_id(SECRET, ref, "desk.example", "a1")


def test_addresses_come_before_answered_ids_and_newer_ids_before_older_ones() -> None:
    address = thread.reply_address("support@desk.example", SECRET, "ticket:1")
    raw = (
        f"From: a@b\nTo: Support <{address}>\nIn-Reply-To: {_id('ticket:3')}\n"
        f"References: {_id('ticket:5')} <x@y> {_id('ticket:4')} {_id('ticket:3')}\n\nx"
    )
    assert thread.refs_of(parse(raw.encode()), SECRET) == ["ticket:1", "ticket:3", "ticket:4", "ticket:5"]


def test_the_address_of_the_envelope_counts_and_comes_first() -> None:
    address = thread.reply_address("support@desk.example", SECRET, "ticket:9")
    mail = parse(f"From: a@b\nIn-Reply-To: {_id('ticket:3')}\n\nx".encode(), rcpt_to=[address.upper()])
    assert thread.refs_of(mail, SECRET) == ["ticket:9", "ticket:3"]


def test_a_number_in_a_subject_proves_nothing_and_is_a_hint() -> None:
    mail = parse(b"From: a@b\nSubject: Re: [TKT-0042] printer\n\nx")
    assert thread.refs_of(mail, SECRET) == []
    assert thread.hint(mail.subject, "TKT-") == "TKT-0042"


@pytest.mark.parametrize("subject", ["printer", "TKT-", "XTKT-1", "TKT-1a", "TKT-1234567890123", "TKT 42"])
def test_a_subject_without_a_number_gives_no_hint(subject: str) -> None:
    assert thread.hint(subject, "TKT-") is None


def test_every_desk_has_its_own_mark() -> None:
    assert thread.desk_mark("one") == thread.desk_mark("one") != thread.desk_mark("two")
