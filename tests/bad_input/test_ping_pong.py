"""Machines that answer machines come to rest, and lose nothing on the way."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from in_process import desk
from post_office import PostOffice, mail

from app.notify.letters import AUTOMATIC_PER_SENDER_AND_DAY

ENDLESS = 60
"""Mails after which a test believes that it never ends."""


def correspond(first: PostOffice, answer: Callable[[EmailMessage], bytes | None]) -> int:
    """Answer every mail a desk sends until it sends none; return how many answers there were."""
    seen = answers = 0
    while len(sent := first.sent()) > seen:
        seen += 1
        reaction = answer(message_from_bytes(sent[seen - 1], policy=policy.default))  # type: ignore[arg-type]
        if reaction is not None:
            first.come_home()
            first.hand_in(reaction)
            answers += 1
        assert answers < ENDLESS
    return answers


def test_two_desks_that_acknowledge_everything_do_not_keep_each_other_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = desk(tmp_path / "far", monkeypatch, MAIL_DOMAIN="far.example", SECRET_KEY="f" * 40)
    near = desk(tmp_path / "near", monkeypatch, MAIL_DOMAIN="near.example", SECRET_KEY="n" * 40)
    with far as other, near as own:
        own.hand_in(mail(From="support@far.example", To="support@near.example"), mail_from="support@far.example")

        def relay_to_other(letter: EmailMessage) -> bytes | None:
            other.come_home()
            before = len(other.sent())
            other.hand_in(letter.as_bytes(), mail_from="support@near.example")
            fresh = other.sent()[before:]
            return fresh[0] if fresh else None

        assert correspond(own, relay_to_other) == 0
        assert (own.count(), len(own.sent())) == (1, 1)
        other.come_home()
        assert (other.count(), other.sent()) == (1, [])


def on_the_thread(letter: EmailMessage) -> bytes:
    """Answer as a careless vacation bot does: a plain mail on the same thread."""
    return mail("I am away.", Subject=f"Re: {letter['Subject']}", In_Reply_To=letter["Message-ID"], Message_ID="<a@b>")


def anew(letter: EmailMessage) -> bytes:
    """Answer as the worst bot does: a new mail that looks like a person's."""
    return mail(f"Your invoice charges us twice, see {letter['Message-ID']}.", Message_ID="")


def test_a_bot_on_the_thread_is_acknowledged_once_and_every_answer_of_it_is_kept(on_sqlite: PostOffice) -> None:
    number = on_sqlite.hand_in(mail()).ticket or ""
    assert correspond(on_sqlite, on_the_thread) == 1
    assert (on_sqlite.count(), len(on_sqlite.sent())) == (1, 1)
    assert [m["body"].strip() for m in on_sqlite.ticket(number)["messages"] if m["direction"] == "in"][1:] == [
        "I am away."
    ]


def test_a_bot_that_always_writes_anew_comes_to_rest_at_the_daily_limit(on_sqlite: PostOffice) -> None:
    on_sqlite.hand_in(mail())
    assert correspond(on_sqlite, anew) == AUTOMATIC_PER_SENDER_AND_DAY
    assert len(on_sqlite.sent()) == AUTOMATIC_PER_SENDER_AND_DAY
    assert on_sqlite.count() == 1 + AUTOMATIC_PER_SENDER_AND_DAY
