"""A customer who writes again: the next reply and the longest wait, and when a manager hears of what is late."""

from datetime import timedelta

from sla_desk import HOUR, MONDAY, SECOND, Desk
from sqlalchemy import select
from test_alerts import answer, expect_exactly_at, set_status, write_again

from app import departments, relay, sla
from app.channels.outbox import Outgoing
from app.db import db
from app.sla.clock_row import Clock
from app.tickets import conversation, status

DAYTIME = {"timezone": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
TARGETS = {"first_response": 2 * 3600, "next_response": 3 * 3600, "idle": 5 * 3600, "resolution": 72 * 3600}


def rounds(desk: Desk, kind: str) -> list[Clock]:
    """Return every clock of a kind, oldest first."""
    return list(db.session.scalars(select(Clock).where(Clock.kind == kind).order_by(Clock.round)))


def letters() -> list[str]:
    """Return what the managers were told."""
    told = select(Outgoing.subject).where(Outgoing.reference.startswith("manager:")).order_by(Outgoing.id)
    return list(db.session.scalars(told))


def say(desk: Desk) -> None:
    """Let the customer write once more on their page."""
    conversation.from_customer(desk.ticket, contact=desk.ticket.contact, body="Are you there?")
    desk.done()


def answered_ticket(desk: Desk, **policy: bool) -> None:
    """Open a ticket and answer it after an hour; the customer has 3 h to the next reply, a manager hears after 5 h."""
    sla.set_policy("high", **TARGETS, **policy, by="system")
    relay.commit()
    desk.open_ticket("high")
    desk.at(MONDAY + 1 * HOUR)
    answer(desk)


def test_the_first_message_costs_no_clock_of_an_answer(desk: Desk) -> None:
    desk.open_ticket("high")
    assert {row.kind for row in sla.clocks_of(desk.ticket)} == {"first_response", "resolution"}
    say(desk)
    assert {row.kind for row in sla.clocks_of(desk.ticket)} == {"first_response", "resolution"}
    assert len(desk.running()) == 2


def test_a_further_message_is_due_from_its_own_moment_and_writing_again_does_not_restart_it(desk: Desk) -> None:
    answered_ticket(desk)
    desk.at(MONDAY + 2 * HOUR)
    say(desk)
    desk.at(MONDAY + 3 * HOUR)
    say(desk)
    assert [row.due_at for row in rounds(desk, "next_response")] == [MONDAY + 5 * HOUR]
    expect_exactly_at(desk, "clock.near_breach", "next_response", MONDAY + 4.25 * HOUR)
    expect_exactly_at(desk, "clock.breached", "next_response", MONDAY + 5 * HOUR)


def test_an_answer_meets_the_round_and_the_next_message_begins_another(desk: Desk) -> None:
    answered_ticket(desk)
    desk.at(MONDAY + 2 * HOUR)
    say(desk)
    desk.at(MONDAY + 4 * HOUR)
    answer(desk)
    desk.at(MONDAY + 6 * HOUR)
    say(desk)
    first, second = rounds(desk, "next_response")
    assert (first.state, first.ended_at) == ("met", MONDAY + 4 * HOUR)
    assert (second.round, second.state, second.due_at) == (2, "running", MONDAY + 9 * HOUR)
    assert [row.kind for row in sla.clocks_of(desk.ticket)][-2:] == ["next_response", "idle"]
    desk.at(MONDAY + 7 * HOUR)
    answer(desk)
    desk.at(MONDAY + 30 * HOUR)
    assert desk.told("clock.breached", "next_response") == desk.told("clock.breached", "idle") == []


def test_waiting_pauses_the_round_and_keeps_what_is_left(desk: Desk) -> None:
    answered_ticket(desk)
    desk.at(MONDAY + 2 * HOUR)
    say(desk)
    desk.at(MONDAY + 3 * HOUR)
    status.change(desk.ticket, "waiting", wait_reason="third_party", by="agent:1")
    desk.done()
    [row] = rounds(desk, "next_response")
    assert (row.state, row.remaining) == ("paused", 2 * 3600)
    desk.at(MONDAY + 20 * HOUR)
    set_status(desk, "in_progress")
    expect_exactly_at(desk, "clock.breached", "next_response", MONDAY + 22 * HOUR)


def test_solving_it_answers_the_customer_and_what_they_write_then_is_another_round(desk: Desk) -> None:
    answered_ticket(desk)
    desk.at(MONDAY + 2 * HOUR)
    say(desk)
    desk.at(MONDAY + 3 * HOUR)
    set_status(desk, "resolved")
    assert [row.state for row in rounds(desk, "next_response")] == ["met"]
    desk.at(MONDAY + 10 * HOUR)
    write_again(desk)
    assert [row.started_at for row in rounds(desk, "next_response")] == [MONDAY + 2 * HOUR, MONDAY + 10 * HOUR]


def test_a_customer_who_waits_too_long_is_flagged_as_that_and_the_manager_told_once(desk: Desk) -> None:
    sla.set_policy("high", first_response=7200, idle=5 * 3600, by="system")
    relay.commit()
    desk.open_ticket("high")
    desk.at(MONDAY + 1 * HOUR)
    answer(desk)
    desk.at(MONDAY + 2 * HOUR)
    say(desk)
    desk.at(MONDAY + 7 * HOUR - SECOND)
    assert not desk.ticket.flagged
    desk.at(MONDAY + 7 * HOUR)
    desk.at(MONDAY + 8 * HOUR)
    assert desk.ticket.flagged == "idle"
    assert [subject.partition(": ")[2] for subject in letters()] == ["The customer has been waiting for a long time."]
    assert desk.told("clock.near_breach", "idle") == []


def test_what_runs_out_at_closing_time_is_told_in_the_morning_if_the_policy_says_so(desk: Desk) -> None:
    sla.set_calendar(departments.default(), DAYTIME, by="system")
    sla.set_policy("high", first_response=8 * 3600, in_hours=True, by="system")
    relay.commit()
    desk.open_ticket("high")
    desk.at(MONDAY + 6 * HOUR)
    expect_exactly_at(desk, "clock.breached", "first_response", MONDAY + 8 * HOUR)
    for hours in (9, 12, 20, 23.9):
        desk.at(MONDAY + hours * HOUR)
        assert not desk.ticket.flagged
    status.change(desk.ticket, "in_progress", by="agent:1")  # which is looked at again, and forgets nothing
    desk.done()
    desk.at(MONDAY + 24 * HOUR)
    desk.at(MONDAY + 24 * HOUR + timedelta(minutes=1))
    assert desk.ticket.flagged == "breach"
    assert len(letters()) == 1


def test_the_longest_wait_runs_round_the_clock_unless_managers_hear_of_it_in_working_hours(desk: Desk) -> None:
    sla.set_calendar(departments.default(), DAYTIME, by="system")
    answered_ticket(desk)
    desk.at(MONDAY + 6 * HOUR)
    say(desk)
    assert rounds(desk, "idle")[0].due_at == MONDAY + 11 * HOUR
    sla.set_policy("high", **TARGETS, in_hours=True, by="system")
    desk.done()
    assert rounds(desk, "idle")[0].due_at == MONDAY + 27 * HOUR


def test_without_a_promised_first_reply_the_longest_wait_begins_with_the_request(desk: Desk) -> None:
    sla.set_policy("high", idle=5 * 3600, by="system")
    relay.commit()
    desk.open_ticket("high")
    assert [(row.kind, row.due_at) for row in sla.clocks_of(desk.ticket)] == [("idle", MONDAY + 5 * HOUR)]
    expect_exactly_at(desk, "clock.breached", "idle", MONDAY + 5 * HOUR)
    desk.at(MONDAY + 5 * HOUR + SECOND)
    assert desk.ticket.flagged == "idle"
