import pytest
from flask import Flask
from rooms_fixtures import Desk
from sqlalchemy import func, select

from app import contacts
from app.db import db
from app.errors import Invalid
from app.tickets import conversation, drafts, participants, proposals
from app.tickets.messages import Blob


def test_the_first_message_records_nothing_and_later_ones_do(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.told()
    conversation.from_customer(ticket, contact=desk.eve, body="help", first=True)
    assert desk.told() == []
    before = ticket.updated_at
    conversation.from_customer(ticket, contact=desk.eve, body="hello?")
    assert desk.told() == ["customer.replied"]
    assert ticket.updated_at > before


def test_a_machines_message_moves_nothing(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.told()
    message = conversation.from_customer(ticket, contact=desk.eve, body="I am away", automatic=True)
    assert (message.kind, message.direction, desk.told()) == ("auto", "in", ["message.automatic"])


def test_hostile_text_is_stored_on_every_database(any_app: Flask, desk: Desk) -> None:
    message = conversation.from_customer(
        desk.ticket(),
        contact=desk.eve,
        body="nul \x00 \udcff",
        full_text="\x00",
        html="<p>\x00</p>",
        subject="a\nb\x00" * 500,
        message_id="<\x00ü" * 990 + ">",
        in_reply_to="\n",
        held="because\x00 " * 50,
    )
    db.session.expire(message)
    assert (message.body, message.html, message.full_text) == ("nul  \ufffd", "<p></p>", "")
    assert message.in_reply_to is None
    assert len((message.message_id or "").encode()) <= 998
    assert len(message.subject) <= 998
    assert len(message.held) <= 200


def test_a_strangers_message_is_held_until_somebody_lets_them_in(desk: Desk) -> None:
    ticket = desk.ticket()
    mallory = contacts.find_or_make("mallory@example.com", "Mallory", by="system")
    assert not conversation.takes_part(ticket, mallory)
    assert conversation.takes_part(ticket, desk.eve)
    desk.told()
    message = conversation.from_customer(ticket, contact=mallory, body="me too", held="not on this ticket")
    assert desk.told() == ["message.held"]
    assert conversation.accept_held(message, desk.ann.actor)
    assert desk.told() == ["ticket.participant_added", "customer.replied"]
    assert not conversation.accept_held(message, desk.ann.actor)
    assert conversation.takes_part(ticket, mallory)
    assert participants.participants(ticket) == [mallory]


def test_a_reply_is_queued_and_sets_the_first_answer_once(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.told()
    drafts.keep(ticket, desk.ann, "reply", "half a sen")
    first = conversation.reply(ticket, agent=desk.ann, body="Hello Eve")
    moment = ticket.first_replied_at
    conversation.reply(ticket, agent=desk.bob, body="And more")
    assert (first.delivery, first.message_id, first.direction) == ("queued", None, "out")
    assert ticket.first_replied_at == moment == first.created_at
    assert drafts.drafts(ticket, desk.ann) == {}
    assert desk.told() == ["agent.replied", "agent.replied"]


@pytest.mark.parametrize("body", ["", " \n ", "x" * 500_001])
def test_an_empty_or_huge_reply_is_refused(desk: Desk, body: str) -> None:
    ticket = desk.ticket()
    with pytest.raises(Invalid) as refused:
        conversation.reply(ticket, agent=desk.ann, body=body)
    assert "body" in refused.value.fields
    assert conversation.conversation(ticket) == []


def test_a_note_stays_inside_and_is_no_first_answer(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.told()
    note = conversation.note(ticket, agent=desk.ann, body="rude")
    assert (note.direction, note.delivery, ticket.first_replied_at) == ("internal", "", None)
    assert desk.told() == ["note.added"]


@pytest.mark.parametrize(
    ("sent", "outcome"),
    [
        ("Please restart the printer now.", "used"),
        (" Please  restart the printer\nnow.", "used"),
        ("Please restart the big printer", "edited"),
        ("No.", "ignored"),
    ],
)
def test_what_became_of_a_proposed_reply_is_noted(desk: Desk, sent: str, outcome: str) -> None:
    ticket = desk.ticket()
    proposal = proposals.propose(
        ticket, "reply", by="process:request", source="local", text="Please restart the printer now."
    )
    conversation.reply(ticket, agent=desk.ann, body=sent)
    assert proposal.outcome == outcome


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("connecting", []),
        ("sent", ["message.sent"]),
        ("mailbox", ["message.sent"]),
        ("failed", ["message.failed"]),
        ("unknown", ["message.unknown"]),
    ],
)
def test_a_final_state_of_delivery_is_told_once(desk: Desk, state: str, told: list[str]) -> None:
    message = conversation.reply(desk.ticket(), agent=desk.ann, body="hello")
    desk.told()
    assert conversation.delivered(message, state, "250 ok")
    assert not conversation.delivered(message, state)
    assert (message.delivery, desk.told()) == (state, told)


def test_an_unknown_state_of_delivery_is_refused(desk: Desk) -> None:
    message = conversation.automatic(desk.ticket(), body="We have it.", subject="Re: Help", by="process:request")
    assert (message.kind, message.delivery) == ("auto", "queued")
    with pytest.raises(Invalid):
        conversation.delivered(message, "gone")


def test_the_same_file_is_stored_once(any_app: Flask, desk: Desk) -> None:
    ticket = desk.ticket()
    message = conversation.reply(ticket, agent=desk.ann, body="see", attachments=[("a.txt", "text/plain", b"same")])
    second = conversation.attach(message, "b.txt", "text/plain", b"same")
    assert [a.filename for a in conversation.conversation(ticket)[0].attachments] == ["a.txt", "b.txt"]
    assert db.session.scalar(select(func.count()).select_from(Blob)) == 1
    assert (conversation.content_of(second), second.size) == (b"same", 4)


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.doc", "x.doc"),
        ("a\x00\r\nb.txt", "a b.txt"),
        ("..", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_a_file_name_is_harmless(desk: Desk, filename: str, kept: str) -> None:
    message = conversation.note(desk.ticket(), agent=desk.ann, body="see")
    attachment = conversation.attach(message, filename, "text/html; charset=x", b"")
    assert (attachment.filename, attachment.content_type) == (kept, "application/octet-stream")


def test_a_draft_is_kept_changed_and_dropped_when_empty(desk: Desk) -> None:
    ticket = desk.ticket()
    drafts.keep(ticket, desk.ann, "note", "one")
    drafts.keep(ticket, desk.ann, "note", "two")
    drafts.keep(ticket, desk.bob, "note", "other")
    assert {kind: draft.body for kind, draft in drafts.drafts(ticket, desk.ann).items()} == {"note": "two"}
    drafts.keep(ticket, desk.ann, "note", " ")
    assert drafts.drafts(ticket, desk.ann) == {}
    with pytest.raises(Invalid):
        drafts.keep(ticket, desk.ann, "poem", "x")


def test_a_long_conversation_is_read_in_parts(desk: Desk) -> None:
    ticket = desk.ticket()
    sent = [conversation.note(ticket, agent=desk.ann, body=str(n)) for n in range(5)]
    assert conversation.conversation(ticket) == sent
    assert conversation.conversation(ticket, after=sent[1].id, limit=2) == sent[2:4]
