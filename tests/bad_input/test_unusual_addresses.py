"""Customers whose addresses and programs are unusual are answered, and their answers find the ticket."""

import json
from email import policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from post_office import SUPPORT, PostOffice, mail
from servers import free_port
from sqlalchemy import select

from app.channels.mail import smtp
from app.channels.mail.parse import parse
from app.channels.outbox import Outgoing
from app.db import db


def _short(message_id: str) -> str:
    return message_id


def _encoded(message_id: str) -> str:
    """Return the id as Python's own library writes a long one."""
    given = EmailMessage(policy.SMTP.clone(max_line_length=40))
    given["In-Reply-To"] = message_id
    return given.as_bytes().decode().partition(":")[2].strip()


def _base64_words(message_id: str) -> str:
    given = EmailMessage(policy.SMTP)
    given["Subject"] = message_id + "é"
    return given.as_bytes().decode().partition(":")[2].strip().replace("é", "")


def _folded(message_id: str) -> str:
    return f"{message_id[:30]}\r\n {message_id[30:]}"


@pytest.mark.parametrize("field", ["In-Reply-To", "References"])
@pytest.mark.parametrize("written", [_short, _encoded, _base64_words, _folded])
def test_an_answer_finds_its_ticket_however_a_program_writes_our_long_id(on_sqlite: PostOffice, written, field: str):
    number = on_sqlite.hand_in(mail()).ticket or ""
    ours = on_sqlite.message_id_of(number)
    answer = mail("And 18.", Message_ID="<2@acme.example>", **{field.replace("-", "_"): written(ours)})
    assert on_sqlite.hand_in(answer).ticket == number


def test_our_message_id_fits_a_line(on_sqlite: PostOffice) -> None:
    number = on_sqlite.hand_in(mail()).ticket or ""
    assert len(on_sqlite.message_id_of(number)) < 70


ADDRESSES = {
    '"john doe"@example.com': '"john doe"@example.com',
    '"john..doe@home"@example.com': '"john..doe@home"@example.com',
    "jürgen@example.com": "jürgen@example.com",
    "eve@bücher.example": "eve@xn--bcher-kva.example",
    "eve@xn--bcher-kva.example": "eve@xn--bcher-kva.example",
    "用户@例子.example": "用户@xn--fsqu00a.example",
}


class _Sink:
    """Keeps the envelopes it is given."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.taken.append((envelope.rcpt_tos, envelope.content))  # type: ignore[attr-defined]
        return "250 kept"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_customer_with_an_unusual_address_is_answered_and_their_answer_is_theirs(on_sqlite: PostOffice, address: str):
    number = on_sqlite.hand_in(mail(From=f"Eve <{address}>"), mail_from=address).ticket or ""
    on_sqlite.reply(number, "A new one is on its way.")
    with on_sqlite.world.flask.app_context():
        letter = db.session.scalars(select(Outgoing).order_by(Outgoing.id.desc()).limit(1)).one()
        sender, recipients, raw = letter.sender, list(letter.recipients), letter.raw
    assert recipients == [ADDRESSES[address]]
    sink = _Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        url = f"smtp://127.0.0.1:{controller.port}"
        assert not smtp.send(url, raw, sender, recipients, on_handover=lambda: None).refused
    finally:
        controller.stop()
    [(rcpt_tos, content)] = sink.taken
    assert rcpt_tos == recipients
    assert [one.email for one in parse(content).to] == recipients
    thanks = mail(
        "Thank you.", From=f"Eve <{address}>", In_Reply_To=parse(content).message_id or "", Message_ID="<3@a>"
    )
    assert on_sqlite.hand_in(thanks, mail_from=address).ticket == number
    told = on_sqlite.ticket(number)
    assert json.dumps(told).count("Thank you.") == 1
    assert not [message for message in told["messages"] if message.get("held")]


def test_a_domain_in_its_own_letters_and_in_ascii_is_the_same_customer(on_sqlite: PostOffice) -> None:
    number = on_sqlite.hand_in(mail(From="eve@bücher.example")).ticket or ""
    ours = on_sqlite.message_id_of(number)
    again = mail("And 18.", From="eve@xn--bcher-kva.example", In_Reply_To=ours, Message_ID="<2@a>", To=SUPPORT)
    assert on_sqlite.hand_in(again).ticket == number
    assert len(on_sqlite.ticket(number)["messages"]) == 3
