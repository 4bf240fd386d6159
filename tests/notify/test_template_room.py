"""What mails say: templates by occasion, language and department, and what they refuse."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rooms_fixtures import Desk
from sqlalchemy import func, select

from app import clock, notify
from app.channels.mail import markdown
from app.channels.outbox import Outgoing
from app.db import db
from app.errors import Invalid, NotFound
from app.notify import looks, occasions, templates, texts
from app.tickets import assigning, conversation
from app.tickets.ticket import Ticket

BY = "agent:1"


def asked(desk: Desk, subject: str = "Help", *, language: str = "en", **more: bool) -> Ticket:
    ticket = desk.ticket(subject, language=language)
    conversation.from_customer(ticket, contact=desk.eve, body="Please help.", first=True, **more)
    return ticket


def read(letter: Outgoing | None) -> tuple[str, str]:
    assert letter is not None
    mail = message_from_bytes(letter.raw, policy=policy.default)
    plain = mail.get_body(("plain",))
    assert plain is not None
    return str(mail["Subject"]), plain.get_content().replace("\r\n", "\n")


def test_our_texts_say_what_they_always_said(desk: Desk) -> None:
    subject, body = read(notify.acknowledgement(asked(desk)))
    assert subject == "We have your message (TKT-0001)"
    assert body.startswith(
        "Hello Eve,\n\nthank you for writing to us. Your message has arrived; its number is TKT-0001. One of us will "
        "read it and answer you.\n\nIf you want to add something, just answer this mail."
    )


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_occasion_has_a_text_in_every_language_that_uses_only_what_it_may(app: Flask, language: str) -> None:
    for one in occasions.all_occasions():
        text = texts.default(one.key, language)
        assert templates.checked(one.key, language, text.subject, text.body) == text


def test_a_template_replaces_our_text_and_a_departments_own_goes_first(any_app: Flask, desk: Desk) -> None:
    templates.write("created", "en", "", subject="Got {{ number }}", body="Hi {{ name }}", by=BY)
    assert read(notify.acknowledgement(asked(desk)))[0] == "Got TKT-0001"
    templates.write("created", "en", "support", subject="Support got {{ number }}", body="Hi", by=BY)
    assert read(notify.acknowledgement(asked(desk)))[0] == "Support got TKT-0002"
    assert read(notify.acknowledgement(asked(desk, language="de")))[0] == "Ihre Nachricht ist angekommen (TKT-0003)"


def test_each_change_is_recorded_with_before_and_after_and_our_text_can_be_had_back(any_app: Flask, desk: Desk) -> None:
    ours = texts.default("created", "en")
    assert templates.write("created", "en", "", subject="Got it", body="Hi", by=BY)
    assert not templates.write("created", "en", "", subject="Got it", body="Hi", by=BY)
    assert templates.restore("created", "en", by=BY)
    assert not templates.restore("created", "en", by=BY)
    assert desk.told() == ["template.changed", "template.restored"]
    assert templates.text_for("created", "en") == ours


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Hi\n  {{ nmae }}", "line 2, column 3: “nmae” is not known here; there is department, desk, name, number."),
        ("{{ name", "line 1, column 1: “{{” has no counterpart on its line; a look-up is written {{ name }}."),
        ("name }}", "line 1, column 6: “}}” has no counterpart on its line; a look-up is written {{ name }}."),
        ("{{ name|upper }}", "line 1, column 1: “{{ name|upper }}” is no look-up"),
        ("{{ config.items() }}", "line 1, column 1: “{{ config.items() }}” is no look-up"),
        ("{{ subject }}", "line 1, column 1: “subject” is not known here"),
        ("", "must have 1 to 20000 characters"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_with_its_place(desk: Desk, body: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        templates.write("created", "en", "", subject="Got it", body=body, by=BY)
    assert told in refused.value.fields["body"]
    assert templates.written() == []


@pytest.mark.parametrize("body", ["Hi {{ stars }} there", "No stars at all"])
def test_the_stars_stand_on_a_line_of_their_own_and_cannot_be_left_out(desk: Desk, body: str) -> None:
    with pytest.raises(Invalid) as refused:
        templates.write("rating", "en", "", subject="How?", body=body, by=BY)
    assert "stars" in refused.value.fields["body"]


def test_a_name_that_is_not_there_takes_its_blank_along() -> None:
    assert looks.rendered("Hello {{ name }}, welcome", {"name": ""}) == "Hello, welcome"


def test_an_agents_words_go_out_as_they_were_written_and_once(desk: Desk) -> None:
    ticket = asked(desk, "AW: Help")
    message = conversation.reply(ticket, agent=desk.ann, body="**Yes** {{ name }}\n\n- one")
    subject, body = read(notify.reply(message))
    assert (subject, body.split("\n-- ")[0].strip()) == ("AW: Help", "Yes {{ name }}\n\n- one")
    assert notify.reply(message) is notify.reply(message)


def test_a_reply_can_be_framed_by_a_template_and_that_can_be_switched_off(desk: Desk) -> None:
    ticket = asked(desk)
    body = "Dear {{ name }},\n\n{{ reply }}\n\nYours, {{ agent }}"
    templates.write("reply", "en", "", subject="Re: {{ subject }}", body=body, by=BY)
    framed = read(notify.reply(conversation.reply(ticket, agent=desk.ann, body="Yes.")))[1]
    assert framed.startswith("Dear Eve,\n\nYes.\n\nYours, Ann")
    occasions.switch("reply", False, by=BY)
    assert read(notify.reply(conversation.reply(ticket, agent=desk.ann, body="Yes.")))[1].startswith("Yes.\n\n-- ")


def test_what_is_switched_off_is_not_sent(desk: Desk) -> None:
    occasions.switch("created", False, by=BY)
    assert notify.acknowledgement(asked(desk)) is None
    assert notify.notice(asked(desk), "assigned", by=BY) is None


def test_who_takes_care_is_told_when_that_is_switched_on(desk: Desk) -> None:
    occasions.switch("assigned", True, by=BY)
    ticket = asked(desk)
    assigning.assign(ticket, desk.ann, by=BY)
    assert "Ann takes care of your request TKT-0001" in read(notify.notice(ticket, "assigned", by=BY))[1]


def test_a_notice_goes_out_once_a_day_per_ticket_and_occasion(any_app: Flask, desk: Desk) -> None:
    ticket = asked(desk)
    first = notify.notice(ticket, "cancelled", by=BY)
    assert notify.notice(ticket, "cancelled", by=BY) is first
    with freeze_time(clock.now() + timedelta(hours=23)):
        assert notify.notice(ticket, "cancelled", by=BY) is first
    with freeze_time(clock.now() + timedelta(hours=25)):
        assert notify.notice(ticket, "cancelled", by=BY) not in {first, None}


@pytest.mark.parametrize("machine", [{"automatic": True}, {"answerable": False}])
def test_a_machine_is_told_nothing(desk: Desk, machine: dict[str, bool]) -> None:
    ticket = asked(desk, **machine)
    assert notify.notice(ticket, "cancelled", by=BY) is None
    assert notify.acknowledgement(ticket) is None


def test_one_contact_gets_ten_automatic_mails_a_day_and_no_more(desk: Desk) -> None:
    for _ in range(12):
        notify.notice(asked(desk), "rejected", by=BY)
    assert db.session.scalar(select(func.count(Outgoing.id))) == 10


def test_a_stage_has_a_mail_of_its_own_and_only_stages_there_are(desk: Desk) -> None:
    occasions.switch("stage.awaiting", True, by=BY)
    assert "It is now: Awaiting." in read(notify.notice(asked(desk), "stage.awaiting", by=BY))[1]
    for key in ("stage.nowhere", "stage.", "nothing", "x" * 300):
        with pytest.raises(NotFound):
            notify.notice(asked(desk), key, by=BY)


HOSTILE = st.text(
    alphabet=st.sampled_from("ab {}[]()<>*_`#!\\\"'&;:/.-+=|~@%\n\r\t\x00\u2028é" + "{{name}}"), max_size=60
)


@given(body=HOSTILE | st.text(max_size=80), subject=HOSTILE)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_refused_by_field_or_can_be_sent(app: Flask, body: str, subject: str) -> None:
    try:
        text = templates.checked("cancelled", "en", subject, body)
    except Invalid as refused:
        assert refused.fields.keys() <= {"subject", "body"}
        return
    values = {"name": "Eve", "subject": "<b>x</b>"}
    assert "\n" not in looks.line(text.subject, values, 998)
    html = markdown.to_html(markdown.read(looks.rendered(text.body, values)), "#123456")
    assert "<script" not in html
    assert "<img" not in html


@given(value=HOSTILE | st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_what_a_customer_wrote_becomes_neither_markup_nor_a_link_nor_a_header(value: str) -> None:
    for place in ("{{ subject }}", "Re “{{ subject }}” ok", "**{{ subject }}**", "- {{ subject }}", "x\n{{ subject }}"):
        quiet = looks.rendered(place.replace("{{ subject }}", "{{ name }}"), {"name": "Word"})
        expected = _tags(quiet)
        assert _tags(looks.rendered(place, {"subject": f"a{value}a"})) == expected, place
    assert not set("\r\n\x00") & set(looks.line("Re: {{ subject }}", {"subject": value}, 998))


def _tags(body: str) -> list[str]:
    tokens = markdown.read(body)
    return [token.type for one in tokens for token in (one, *(one.children or [])) if token.type != "text"]


@pytest.mark.parametrize(
    "value", ["[x](https://evil.test)", "https://evil.test/a", "<https://evil.test>", "www.evil.test"]
)
def test_an_address_a_customer_wrote_is_no_link(value: str) -> None:
    html = markdown.to_html(markdown.read(looks.rendered("Your “{{ subject }}”", {"subject": value})), "#123456")
    assert "<a" not in html
