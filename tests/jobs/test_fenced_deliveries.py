"""Two workers and one mail: whoever comes late sends nothing and overwrites nothing."""

from collections.abc import Callable

import pytest
from flask import Flask
from rooms_fixtures import Desk, any_app, app, desk, postgres_app

from app import deliveries, notify
from app.channels.mail import smtp
from app.channels.outbox import Outgoing
from app.config import settings
from app.db import db
from app.errors import Unreachable
from app.tickets import conversation
from app.tickets.messages import Message
from workers import post

__all__ = ["any_app", "app", "desk", "postgres_app"]
Handover = Callable[[], None]


class Server:
    """Stands for the mail server: `during` happens while it holds a mail that was handed over."""

    def __init__(self) -> None:
        self.took = 0
        self.during: list[Callable[[], None]] = []

    def send(self, *_: object, on_handover: Handover) -> None:
        on_handover()
        self.took += 1
        if self.during:
            self.during.pop(0)()


@pytest.fixture
def server(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("FLOWDESK_SMTP_URL", "smtp://mail.desk.test")
    settings.cache_clear()
    one = Server()
    monkeypatch.setattr(smtp, "send", one.send)
    return one


@pytest.fixture
def letter(server: Server) -> int:
    """Give the key of a queued mail."""
    row = Outgoing(reference="r", sender="a@desk.test", recipients=["b@x.test"], message_id="<1@desk.test>", raw=b"x")
    db.session.add(row)
    db.session.commit()
    return row.id


def state(letter: int) -> str:
    found = db.session.get_one(Outgoing, letter, populate_existing=True).state
    db.session.rollback()
    return found


def test_a_worker_that_read_a_mail_before_another_sent_it_does_not_send_it_again(
    server: Server, letter: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = post._begin

    def overtaken(ident: int, seen: int) -> int:
        monkeypatch.setattr(post, "_begin", begin)
        post.deliver(ident)
        return begin(ident, seen)

    monkeypatch.setattr(post, "_begin", overtaken)
    with pytest.raises(post.NotOurs):
        post.deliver(letter)
    assert (server.took, state(letter)) == (1, "sent")


def test_a_mail_another_worker_found_in_doubt_is_sent_when_the_first_one_hears_yes(server: Server, letter: int) -> None:
    found: list[str] = []
    server.during = [lambda: (post.deliver(letter), found.append(state(letter)))[0]]
    post.deliver(letter)
    assert (found, server.took, state(letter)) == (["unknown"], 1, "sent")


def test_a_doubt_that_comes_after_a_person_decided_changes_nothing(server: Server, letter: int) -> None:
    def doubted_and_sent_again() -> None:
        post.deliver(letter)
        deliveries.send_again(db.session.get_one(Outgoing, letter), by="agent:1")
        db.session.commit()
        raise smtp.Unknown("The line broke.")

    server.during = [doubted_and_sent_again]
    post.deliver(letter)
    assert (server.took, state(letter)) == (1, "queued")
    post.deliver(letter)
    assert (server.took, state(letter)) == (2, "sent")


def test_a_server_that_says_not_now_to_the_final_dot_is_asked_again(server: Server, letter: int) -> None:
    def not_now() -> None:
        raise smtp.TryLater("451 greylisted")

    server.during = [not_now]
    with pytest.raises(Unreachable, match="greylisted"):
        post.deliver(letter)
    assert state(letter) == "queued"
    post.deliver(letter)
    assert (server.took, state(letter)) == (2, "sent")


def test_an_agent_is_told_why_a_reply_has_not_left_yet(
    server: Server, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = desk.ticket()
    message = conversation.reply(ticket, agent=desk.ann, body="Here it is.")
    row = notify.reply(message)
    db.session.commit()
    assert row is not None
    ident, said = row.id, message.id

    def away(*_: object, **__: object) -> None:
        raise smtp.TryLater("nothing listens there")

    monkeypatch.setattr(smtp, "send", away)
    with pytest.raises(Unreachable):
        post.deliver(ident)
    waiting = db.session.get_one(Message, said, populate_existing=True)
    assert (waiting.delivery, waiting.delivery_note) == ("queued", "Not yet: nothing listens there")
    monkeypatch.setattr(smtp, "send", server.send)
    post.deliver(ident)
    sent = db.session.get_one(Message, said, populate_existing=True)
    assert (sent.delivery, sent.delivery_note) == ("sent", "")
