"""Machines are told from people, so that no machine is answered by a machine."""

import pytest

from app.channels.mail import thread
from app.channels.mail.parse import parse

PERSON = "From: Ann <ann@corp.example>\nTo: support@desk.example\nMessage-ID: <1@corp.example>\n"

AUTOMATIC = {
    "Auto-Submitted replied": "Auto-Submitted: auto-replied\nSubject: Re: x\n",
    "Auto-Submitted generated with a comment": "Auto-Submitted: auto-generated (rejected)\nSubject: x\n",
    "Auto-Submitted notified": "Auto-Submitted: auto-notified; owner-email=a@b\nSubject: x\n",
    "Precedence auto_reply": "Precedence: auto_reply\nSubject: x\n",
    "Precedence junk": "Precedence: junk\nSubject: x\n",
    "Precedence bulk": "Precedence: bulk\nSubject: x\n",
    "X-Autoreply": "X-Autoreply: yes\nSubject: x\n",
    "X-Autorespond": "X-Autorespond: Re: x\nSubject: x\n",
    "an empty return path": "Return-Path: <>\nSubject: x\n",
    "a subject programs use, in an answer": "Subject: Automatic reply: printer\nIn-Reply-To: <a@b>\n",
    "a German subject and the wish for no answer": "Subject: Abwesenheitsnotiz\nX-Auto-Response-Suppress: All\n",
    "a French subject in an answer": "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_x?=\nReferences: <a@b>\n",
    "a read receipt": "Subject: Read: x\nContent-Type: multipart/report; report-type=disposition-notification; "
    'boundary="b"\n',
}
PEOPLE = {
    "an ordinary mail": "Subject: my printer\n",
    "Auto-Submitted no": "Auto-Submitted: no\nSubject: x\n",
    "a person who is away": "Subject: Out of office next week\n",
    "a person who answers an automatic reply": "Subject: Re: Automatic reply: printer\nIn-Reply-To: <a@b>\n",
    "a person whose server suppresses receipts": "Subject: invoice\nX-Auto-Response-Suppress: DR, RN, NRN\n",
    "a person with a return path": "Return-Path: <ann@corp.example>\nSubject: x\n",
    "a first-class precedence": "Precedence: first-class\nSubject: x\n",
}
LISTS = {
    "List-Id": "List-Id: <talk.example.org>\nSubject: x\n",
    "List-Unsubscribe": "List-Unsubscribe: <mailto:leave@news.example>\nSubject: x\n",
    "Precedence list": "Precedence: list\nSubject: x\n",
    "Precedence bulk of a list": "Precedence: bulk\nSender: owner-talk@example.org\nSubject: x\n",
    "a list that marks its mail as generated": "List-Id: <ci.example>\nAuto-Submitted: auto-generated\nSubject: x\n",
}


@pytest.mark.parametrize("case", AUTOMATIC)
def test_a_machine_is_an_automatic_reply(case: str) -> None:
    mail = parse(f"{PERSON}{AUTOMATIC[case]}\nI am out of the office.\n".encode())
    assert mail.kind == "auto_reply"
    assert not mail.answerable


@pytest.mark.parametrize("case", PEOPLE)
def test_a_person_is_a_message(case: str) -> None:
    assert parse(f"{PERSON}{PEOPLE[case]}\nI am out of the office.\n".encode()).kind == "message"


@pytest.mark.parametrize("case", LISTS)
def test_a_list_is_a_list(case: str) -> None:
    mail = parse(f"{PERSON}{LISTS[case]}\nHello all.\n".encode())
    assert mail.kind == "list"
    assert not mail.answerable


def test_an_automatic_answer_sent_through_a_list_is_still_automatic() -> None:
    raw = f"{PERSON}List-Id: <talk.example.org>\nAuto-Submitted: auto-replied\nSubject: x\n\nx"
    assert parse(raw.encode()).kind == "auto_reply"


@pytest.mark.parametrize("sender", ["no-reply@shop.example", "DoNotReply@shop.example", "noreply-42@shop.example"])
def test_an_address_that_wants_no_answer_gets_no_automatic_one(sender: str) -> None:
    mail = parse(f"From: {sender}\nSubject: x\n\nx".encode())
    assert mail.kind == "message"
    assert not mail.answerable


def test_a_mail_that_suppresses_automatic_answers_gets_none() -> None:
    mail = parse(f"{PERSON}Subject: x\nX-Auto-Response-Suppress: OOF, AutoReply\n\nx".encode())
    assert mail.kind == "message"
    assert not mail.answerable
    assert parse(f"{PERSON}Subject: x\n\nx".encode()).answerable


def test_our_own_mark_is_a_loop_and_the_mark_of_another_desk_is_not() -> None:
    ours, theirs = thread.desk_mark("ours"), thread.desk_mark("theirs")
    raw = f"{PERSON}Subject: x\nX-Flowdesk-Loop: {theirs}\n\nx".encode()
    assert parse(raw, desk=theirs).kind == "loop"
    assert parse(raw, desk=ours).kind == "message"
    assert parse(raw).kind == "loop"


def test_a_mail_under_a_message_id_of_ours_is_a_loop() -> None:
    own = thread.message_id("secret", "ticket:1", "desk.example", "a1")
    raw = f"From: a@b.example\nSubject: x\nMessage-ID: {own}\n\nx".encode()
    assert parse(raw, desk="x", own_domains={"desk.example"}).kind == "loop"
    assert parse(raw, desk="x", own_domains={"other.example"}).kind == "message"
