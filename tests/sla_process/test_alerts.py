"""The SLA drawing at work: alerts and breaches at their very second, pauses, changes and reopenings."""

from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage

import pytest
from sla_desk import HOUR, MONDAY, SECOND, Desk
from sqlalchemy import select

from app import departments, engine, intake, relay, reply, sla
from app.channels.outbox import Outgoing
from app.db import db
from app.tickets import moving, priority, status
from app.tickets.messages import Message

BY = "agent:1"
# With shorter lines Python writes a long In-Reply-To as encoded words, which RFC 2047 section 5 forbids.
LONG_LINES = policy.SMTP.clone(max_line_length=900)


def set_status(desk: Desk, name: str) -> None:
    status.change(desk.ticket, name, by=BY)
    desk.done()


def answer(desk: Desk) -> None:
    reply.send(desk.ticket, "Please open the lid.", agent=desk.ann)
    desk.done()


def write_again(desk: Desk) -> None:
    """Let the customer answer the desk's last mail."""
    sent = select(Message.message_id).where(Message.direction == "out").order_by(Message.id.desc()).limit(1)
    mail = EmailMessage(LONG_LINES)
    mail["From"], mail["To"], mail["Subject"] = "eve@example.com", "support@flowdesk.localhost", "Re: The printer"
    mail["Message-ID"], mail["In-Reply-To"] = "<again@example.com>", db.session.scalar(sent)
    mail.set_content("It jams again.")
    intake.keep_mail(mail.as_bytes(), source="api")
    desk.done()


def expect_exactly_at(desk: Desk, name: str, kind: str, moment: datetime) -> None:
    """Check that something is told at this very second, once, and not a second before."""
    desk.at(moment - SECOND)
    assert desk.told(name, kind) == []
    desk.at(moment)
    desk.at(moment + SECOND)
    assert desk.told(name, kind) == [moment]


@pytest.mark.parametrize(("kind", "hours"), [("first_response", 2), ("resolution", 8)])
def test_an_alert_comes_at_three_quarters_and_the_breach_at_the_deadline_not_a_second_earlier(
    desk: Desk, kind: str, hours: float
) -> None:
    desk.open_ticket("high")
    expect_exactly_at(desk, "clock.near_breach", kind, MONDAY + 0.75 * hours * HOUR)
    assert not desk.clock(kind).breached_at
    expect_exactly_at(desk, "clock.breached", kind, MONDAY + hours * HOUR)


def test_a_breach_flags_the_ticket_and_the_manager_gets_one_mail(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + 1.5 * HOUR)
    assert not desk.ticket.flagged
    desk.at(MONDAY + 2 * HOUR)
    desk.at(MONDAY + 2 * HOUR + SECOND)
    assert desk.ticket.flagged == "breach"
    letters = db.session.scalars(select(Outgoing).where(Outgoing.reference.startswith("manager:"))).all()
    assert [letter.recipients for letter in letters] == [["max@desk.test"]]
    assert desk.ticket.number in letters[0].subject


def test_a_timer_nobody_looked_at_fires_late_says_so_and_the_breach_counts_from_the_deadline(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + 2 * HOUR + timedelta(minutes=10))
    desk.at(MONDAY + 2 * HOUR + timedelta(minutes=11))
    row = desk.clock("first_response")
    assert (row.breached_at, row.alerted_at) == (MONDAY + 2 * HOUR, MONDAY + 2 * HOUR + timedelta(minutes=10))
    fired = [step for one in desk.running() for step in engine.history(one) if step["kind"] == "timer"]
    assert [(step["element"], step["outputs"]["late_seconds"]) for step in fired] == [
        ("Event_NearBreach", 40 * 60),
        ("Event_Due", 11 * 60),
    ]


def test_waiting_for_the_customer_stops_the_resolution_and_moves_alert_and_deadline(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + 1 * HOUR)
    set_status(desk, "waiting")
    assert desk.clock("resolution").state == "paused"
    desk.at(MONDAY + 30 * HOUR)
    assert desk.told("clock.near_breach", "resolution") == []
    set_status(desk, "in_progress")
    moved = desk.clock("resolution")
    assert (moved.state, moved.due_at) == ("running", MONDAY + 37 * HOUR)
    expect_exactly_at(desk, "clock.near_breach", "resolution", MONDAY + 35 * HOUR)
    expect_exactly_at(desk, "clock.breached", "resolution", MONDAY + 37 * HOUR)


def test_a_first_reply_stops_the_first_response_and_nothing_is_told_of_it_later(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + 1 * HOUR)
    answer(desk)
    assert desk.clock("first_response").state == "met"
    assert len(desk.running()) == 1
    for hours in (1.5, 2, 3):
        desk.at(MONDAY + hours * HOUR)
    assert desk.told("clock.near_breach", "first_response") == desk.told("clock.breached", "first_response") == []


def test_a_higher_priority_brings_alert_and_deadline_forward(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + timedelta(minutes=10))
    priority.set_priority(desk.ticket, "urgent", by=BY)
    desk.done()
    expect_exactly_at(desk, "clock.near_breach", "first_response", MONDAY + timedelta(minutes=22.5))
    expect_exactly_at(desk, "clock.breached", "first_response", MONDAY + timedelta(minutes=30))
    expect_exactly_at(desk, "clock.breached", "resolution", MONDAY + 2 * HOUR)


def test_a_lower_priority_puts_alert_and_deadline_off(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + 1 * HOUR)
    priority.set_priority(desk.ticket, "medium", by=BY)
    desk.done()
    expect_exactly_at(desk, "clock.near_breach", "first_response", MONDAY + 6 * HOUR)
    expect_exactly_at(desk, "clock.breached", "first_response", MONDAY + 8 * HOUR)


def test_a_priority_under_which_it_is_overdue_alerts_and_breaches_at_once(desk: Desk) -> None:
    desk.open_ticket("high")
    now = MONDAY + 1 * HOUR
    desk.at(now)
    priority.set_priority(desk.ticket, "urgent", by=BY)
    desk.done()
    desk.at(now)
    desk.at(now)
    assert desk.told("clock.near_breach", "first_response") == desk.told("clock.breached", "first_response") == [now]
    assert desk.clock("first_response").breached_at == MONDAY + 0.5 * HOUR


def test_another_department_brings_its_own_promise(desk: Desk) -> None:
    billing = departments.add("billing", "Billing", by="system")
    sla.set_policy("high", first_response=3600, resolution=4 * 3600, department=billing, by="system")
    desk.open_ticket("high")
    desk.at(MONDAY + timedelta(minutes=20))
    moving.move(desk.ticket, departments.by_key("billing"), by=BY)
    desk.done()
    expect_exactly_at(desk, "clock.near_breach", "first_response", MONDAY + timedelta(minutes=45))
    expect_exactly_at(desk, "clock.breached", "first_response", MONDAY + 1 * HOUR)


def test_a_reopened_ticket_continues_its_resolution_clock_where_it_stood(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + 1 * HOUR)
    answer(desk)
    desk.at(MONDAY + 3 * HOUR)
    set_status(desk, "resolved")
    assert desk.clock("resolution").state == "met"
    desk.at(MONDAY + 20 * HOUR)
    write_again(desk)
    assert desk.ticket.status == "customer_responded"
    assert desk.clock("resolution").due_at == MONDAY + 25 * HOUR
    expect_exactly_at(desk, "clock.near_breach", "resolution", MONDAY + 23 * HOUR)
    expect_exactly_at(desk, "clock.breached", "resolution", MONDAY + 25 * HOUR)
    assert desk.told("clock.breached", "first_response") == []


def test_a_closed_ticket_has_no_clock_left_and_one_taken_up_again_has(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + 1 * HOUR)
    answer(desk)
    desk.at(MONDAY + 3 * HOUR)
    set_status(desk, "closed")
    assert desk.running() == []
    desk.at(MONDAY + 20 * HOUR)
    write_again(desk)
    assert len(desk.running()) == 3  # the resolution goes on, and the customer waits for an answer
    expect_exactly_at(desk, "clock.near_breach", "resolution", MONDAY + 23 * HOUR)
    expect_exactly_at(desk, "clock.breached", "resolution", MONDAY + 25 * HOUR)


def test_a_cancelled_ticket_is_never_breached(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + 1 * HOUR)
    set_status(desk, "cancelled")
    assert desk.running() == []
    desk.at(MONDAY + 48 * HOUR)
    for kind in ("first_response", "resolution"):
        assert desk.clock(kind).state == "cancelled"
        assert desk.told("clock.near_breach", kind) == desk.told("clock.breached", kind) == []


def test_a_clock_prolonged_before_its_deadline_is_not_escalated_then_but_at_the_new_one(desk: Desk) -> None:
    desk.open_ticket("high")
    desk.at(MONDAY + 1.5 * HOUR)
    assert len(desk.told("clock.near_breach", "first_response")) == 1
    sla.set_policy("high", first_response=5 * 3600, resolution=8 * 3600, by=BY)
    relay.commit()
    desk.at(MONDAY + 2 * HOUR)
    desk.at(MONDAY + 4 * HOUR)
    assert not desk.ticket.flagged
    assert desk.told("clock.breached", "first_response") == []
    expect_exactly_at(desk, "clock.breached", "first_response", MONDAY + 5 * HOUR)
    assert desk.ticket.flagged == "breach"
