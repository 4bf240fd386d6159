"""While a department is closed, the confirmation says when it opens, in the customer's language."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from flask import Flask
from freezegun import freeze_time
from rooms_fixtures import Desk

import workers.topics  # noqa: F401
from app import notify, sla
from app.channels.outbox import Outgoing
from app.db import db
from app.engine import operation
from app.notify import calendar_words, occasions
from app.tickets import conversation

OFFICE = {
    "timezone": "Europe/Berlin",
    "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-03-30"],
}
FRIDAY_NIGHT = datetime(2026, 3, 27, 21, tzinfo=UTC)
FRIDAY_NOON = datetime(2026, 3, 27, 11, tzinfo=UTC)


def sent(desk: Desk, language: str = "en") -> str:
    sla.set_calendar(desk.support, OFFICE, by="system")
    ticket = desk.ticket(language=language)
    conversation.from_customer(ticket, contact=desk.eve, body="Help", first=True)
    found = operation("mail.send_acknowledgement").call(ticket=ticket.id, out_of_hours=True)
    mail = message_from_bytes(db.session.get_one(Outgoing, found["outgoing"]).raw, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def test_the_next_opening_is_past_the_weekend_the_holiday_and_the_change_of_clocks(any_app: Flask, desk: Desk) -> None:
    sla.set_calendar(desk.support, OFFICE, by="system")
    opens = sla.opens_at(desk.support, FRIDAY_NIGHT)
    assert opens is not None
    assert opens.isoformat() == "2026-03-31T09:00:00+02:00"
    assert sla.opens_at(desk.support, FRIDAY_NOON) is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Our desk is closed just now. We are back on Tuesday 31 March, 09:00 (CEST)"),
        ("de", "wir sind ab Dienstag, 31. März, 09:00 Uhr (CEST) wieder da"),
        ("fr", "de retour mardi 31 mars à 09:00 (CEST)"),
        ("es", "volvemos el martes 31 de marzo, 09:00 (CEST)"),
        ("pt", "voltamos terça-feira, 31 de março, 09:00 (CEST)"),
        ("fi", "We are back on Tuesday 31 March, 09:00 (CEST)"),
    ],
)
def test_the_confirmation_says_when_the_desk_opens(desk: Desk, language: str, said: str) -> None:
    occasions.switch("out_of_hours", True, by="agent:1")
    with freeze_time(FRIDAY_NIGHT):
        assert said in sent(desk, language)


def test_while_the_desk_is_open_or_the_notice_is_off_nothing_is_said_about_hours(desk: Desk) -> None:
    with freeze_time(FRIDAY_NIGHT):
        assert "closed" not in sent(desk)
    occasions.switch("out_of_hours", True, by="agent:1")
    with freeze_time(FRIDAY_NOON):
        assert "closed" not in sent(desk)


def test_a_machine_hears_nothing_about_hours_either(desk: Desk) -> None:
    occasions.switch("out_of_hours", True, by="agent:1")
    ticket = desk.ticket()
    conversation.from_customer(ticket, contact=desk.eve, body="I am away", first=True, automatic=True)
    assert notify.acknowledgement(ticket, FRIDAY_NIGHT) is None


def test_a_moment_is_said_in_its_own_zone() -> None:
    assert calendar_words.said(FRIDAY_NOON, "de") == "Freitag, 27. März, 11:00 Uhr (UTC)"
