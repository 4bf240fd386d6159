from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from rooms_fixtures import Desk

from app import departments, sla
from app.errors import Invalid, NotFound
from app.events import take_pending
from app.sla import Clock
from app.tickets import conversation, moving, priority, status
from app.tickets.ticket import Ticket

MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
OFFICE = {"timezone": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
HOUR = timedelta(hours=1)


class Story:
    """A medium ticket (8 h / 24 h) opened on Monday at nine, with its clocks, and a hand on the time."""

    def __init__(self, desk: Desk, time: FrozenDateTimeFactory) -> None:
        self.desk, self.time = desk, time
        self.ticket = desk.ticket()
        self.first, self.resolution = sla.start(self.ticket, by="system")
        desk.told()

    def after(self, hours: float) -> "Story":
        """Go to so many hours after the start."""
        self.time.move_to(MONDAY + hours * HOUR)
        return self

    def status(self, name: str, **more: Any) -> "Story":
        """Set the status now."""
        status.change(self.ticket, name, by="agent:1", **more)
        return self

    def update(self, row: Clock | None = None) -> dict[str, Any]:
        """Update a clock, the resolution unless told, and forget what the status recorded."""
        self.desk.told()
        return sla.update(row or self.resolution, by="process:sla")


@pytest.fixture
def story(desk: Desk) -> Any:
    """Give a story whose time stands still."""
    with freeze_time(MONDAY) as time:
        yield Story(desk, time)


def hours_due(row: Clock) -> float | None:
    """Return how many hours after the start a clock is due."""
    return None if row.due_at is None else (row.due_at - MONDAY) / HOUR


def test_starting_makes_two_clocks_and_tells_of_each_once(any_app: Flask, desk: Desk) -> None:
    with freeze_time(MONDAY):
        ticket = desk.ticket(priority="high")
    with freeze_time(MONDAY + HOUR):
        desk.told()
        clocks = sla.start(ticket, by="process:request")
        told = take_pending()
        again = sla.start(ticket, by="process:request")
    assert [(c.kind, hours_due(c), c.state) for c in clocks] == [
        ("first_response", 2, "running"),
        ("resolution", 8, "running"),
    ]
    assert [event.data for event in told] == [{"ticket": ticket.id, "clock": c.id, "kind": c.kind} for c in clocks]
    assert {event.name for event in told} == {"clock.started"}
    assert again == clocks
    assert desk.told() == []


@pytest.mark.parametrize(
    ("preset", "first", "resolution"), [("low", 24, 72), ("medium", 8, 24), ("high", 2, 8), ("urgent", 0.5, 2)]
)
def test_the_presets_promise_what_they_say(desk: Desk, preset: str, first: float, resolution: float) -> None:
    with freeze_time(MONDAY):
        clocks = sla.start(desk.ticket(priority=preset), by="system")
    assert [hours_due(c) for c in clocks] == [first, resolution]
    assert clocks[0].near_at == MONDAY + 0.75 * first * HOUR


def test_the_departments_opening_hours_count(any_app: Flask, desk: Desk) -> None:
    sla.set_calendar(desk.support, OFFICE, by="system")
    with freeze_time(MONDAY):
        first, resolution = sla.start(desk.ticket(), by="system")
    assert (hours_due(first), hours_due(resolution)) == (8, 56)


def test_update_says_what_a_drawing_needs_and_repeating_it_changes_nothing(story: Story) -> None:
    said = story.after(1).update()
    assert said == {
        "state": "running",
        "kind": "resolution",
        "why": "breach",
        "near_at": "2026-03-03T03:00:00+00:00",
        "due_at": "2026-03-03T09:00:00+00:00",
        "escalate_at": "2026-03-03T09:00:00+00:00",
        "alerted": False,
        "breached": False,
        "escalated": False,
        "later": False,
    }
    assert story.update() == said
    assert story.desk.told() == []


@pytest.mark.parametrize("reason", ["customer", "third_party", "review"])
def test_waiting_pauses_the_resolution_but_not_the_first_response(story: Story, reason: str) -> None:
    story.after(2).status("waiting", wait_reason=reason)
    said = story.after(5).update()  # the job looks three hours later
    assert (said["state"], said["due_at"], said["near_at"]) == ("paused", None, None)
    assert story.desk.told() == ["clock.paused"]
    assert story.resolution.remaining == 22 * 3600
    assert story.resolution.paused_since == MONDAY + 2 * HOUR
    assert story.update(story.first)["state"] == "running"
    assert hours_due(story.first) == 8


def test_a_pause_lasts_from_change_to_change_however_late_anybody_looks(story: Story) -> None:
    story.after(2).status("waiting").after(5).status("in_progress")
    said = story.after(9).update()
    assert (said["state"], hours_due(story.resolution)) == ("running", 27)
    assert story.resolution.remaining is None
    story.after(10).status("waiting", wait_reason="review")
    story.after(10.5).status("waiting", wait_reason="customer").after(11).status("open").after(12).update()
    assert hours_due(story.resolution) == 28


def test_pausing_and_resuming_are_told(story: Story) -> None:
    story.after(2).status("waiting").update()
    assert story.desk.told() == ["clock.paused"]
    story.after(3).status("customer_responded").update()
    assert story.desk.told() == ["clock.resumed"]


def test_the_policy_chooses_what_pauses(story: Story) -> None:
    pauses = {"first_response": ["customer"], "resolution": ["review"]}
    sla.set_policy("medium", first_response=8 * 3600, resolution=24 * 3600, pauses=pauses, by="system")
    story.after(2).status("waiting", wait_reason="customer").after(3)
    assert story.update(story.first)["state"] == "paused"
    assert story.update()["state"] == "running"


def test_a_budget_used_up_before_a_pause_stays_due(story: Story) -> None:
    said = story.after(25).status("waiting").after(26).update()
    assert (said["state"], hours_due(story.resolution)) == ("running", 24)
    assert sla.breach(story.resolution, by="process:sla")


def test_the_first_reply_meets_the_first_response_at_its_moment(story: Story) -> None:
    story.after(1)
    conversation.note(story.ticket, agent=story.desk.ann, body="hm")
    assert story.update(story.first)["state"] == "running"
    story.after(7)
    conversation.reply(story.ticket, agent=story.desk.ann, body="hello")
    said = story.after(9).update(story.first)
    assert (said["state"], story.first.state, story.first.ended_at) == ("ended", "met", MONDAY + 7 * HOUR)
    assert story.desk.told() == ["clock.met"]
    assert story.update()["state"] == "running"


def test_a_reply_after_the_deadline_misses_it_and_the_breach_is_told_once(story: Story) -> None:
    story.after(9)
    conversation.reply(story.ticket, agent=story.desk.ann, body="sorry")
    assert story.update(story.first)["breached"]
    assert (story.first.state, story.first.breached_at) == ("missed", MONDAY + 8 * HOUR)
    assert story.desk.told() == ["clock.breached"]
    assert not sla.breach(story.first, by="process:sla")
    assert story.desk.told() == []


def test_a_clock_runs_out_exactly_at_its_moment(story: Story) -> None:
    story.time.move_to(MONDAY + 8 * HOUR - timedelta(microseconds=1))
    assert not sla.breach(story.first, by="process:sla")
    story.after(8)
    assert sla.breach(story.first, by="process:sla")
    assert not sla.breach(story.first, by="process:sla")
    assert [name for name in story.desk.told() if name.startswith("clock")] == ["clock.breached"]


def test_a_clock_that_was_paused_in_the_meantime_is_not_breached(story: Story) -> None:
    story.after(20).status("waiting")
    assert not sla.breach(story.after(25).resolution, by="process:sla")
    assert not story.resolution.breached_at


def test_an_alert_is_told_once_and_not_for_an_ended_clock(story: Story) -> None:
    story.after(6)
    assert sla.alert(story.first, by="process:sla")
    assert not sla.alert(story.first, by="process:sla")
    story.status("resolved").update()
    assert not sla.alert(story.resolution, by="process:sla")
    assert story.desk.told().count("clock.near_breach") == 0
    assert story.first.alerted_at == MONDAY + 6 * HOUR


@pytest.mark.parametrize(
    ("end", "state", "said"),
    [
        ("resolved", "met", "paused"),  # the customer may yet reopen it
        ("closed", "met", "ended"),
        ("cancelled", "cancelled", "ended"),
        ("rejected", "cancelled", "ended"),
    ],
)
def test_each_end_of_a_ticket_ends_its_clocks(story: Story, end: str, state: str, said: str) -> None:
    story.after(3).status(end).after(30)
    for row in (story.first, story.resolution):
        assert story.update(row)["state"] == said
        assert (row.state, row.ended_at) == (state, MONDAY + 3 * HOUR)
        assert story.desk.told() == (["clock.met"] if state == "met" else [])


def test_closing_a_resolved_ticket_does_not_move_the_end(story: Story) -> None:
    story.after(3).status("resolved").after(20).status("closed").after(100).update()
    assert (story.resolution.state, story.resolution.ended_at) == ("met", MONDAY + 3 * HOUR)


def test_a_breached_clock_stays_missed_whatever_follows(story: Story) -> None:
    sla.breach(story.after(24).resolution, by="process:sla")
    priority.set_priority(story.ticket, "low", by="system")
    assert story.update()["breached"]
    assert story.after(30).status("cancelled").update()["state"] == "ended"
    assert story.resolution.state == "missed"


def test_reopening_lets_the_resolution_run_on_where_it_stood(story: Story) -> None:
    story.after(10).status("resolved").update()
    story.after(40).status("customer_responded")
    said = story.after(41).update()
    assert (said["state"], hours_due(story.resolution)) == ("running", 54)
    assert story.desk.told() == ["clock.resumed"]
    assert story.resolution.ended_at is None


def test_a_clock_that_was_answered_has_ended_even_while_the_ticket_is_only_resolved(story: Story) -> None:
    story.after(1)
    conversation.reply(story.ticket, agent=story.desk.ann, body="hello")
    story.after(2).status("resolved")
    assert story.update(story.first)["state"] == "ended"
    assert story.update()["state"] == "paused"
    assert story.status("closed").update()["state"] == "ended"


def test_a_clock_that_ended_is_started_again_once_after_its_ticket_was_reopened(story: Story) -> None:
    story.after(10).status("closed").update()
    story.update(story.first)
    story.after(40).status("customer_responded")
    story.desk.told()
    assert sla.start(story.ticket, by="process:request") == [story.first, story.resolution]
    assert story.desk.told().count("clock.started") == 2
    assert (story.resolution.state, hours_due(story.resolution)) == ("running", 54)
    sla.start(story.ticket, by="process:request")
    assert story.desk.told() == []


def test_resolving_again_before_anybody_looked_counts_the_last_end(story: Story) -> None:
    story.after(10).status("resolved").update()
    story.after(40).status("open").after(50).status("resolved").after(60).update()
    assert (story.resolution.state, story.resolution.ended_at) == ("met", MONDAY + 50 * HOUR)
    assert hours_due(story.resolution) == 54


def test_waiting_then_resolved_then_reopened_counts_each_moment_once(story: Story) -> None:
    story.after(2).status("waiting").after(4).status("resolved").after(10).status("waiting").after(12).status("open")
    story.after(13).update()
    assert hours_due(story.resolution) == 24 + 10


def test_another_priority_counts_from_the_start_and_keeps_the_pauses(story: Story) -> None:
    story.after(1).status("waiting").after(3).status("open")
    priority.set_priority(story.ticket, "high", by="system")
    story.after(4).update()
    assert (hours_due(story.resolution), story.resolution.budget) == (10, 8 * 3600)
    story.update(story.first)
    assert hours_due(story.first) == 2


def test_another_department_brings_its_policy_and_its_hours(story: Story) -> None:
    billing = departments.add("billing", "Billing", by="system")
    sla.set_calendar(billing, OFFICE, by="system")
    sla.set_policy("medium", first_response=3600, resolution=9 * 3600, department=billing, by="system")
    moving.move(story.ticket, billing, by="system")
    story.after(1).update()
    assert hours_due(story.resolution) == 25
    assert story.resolution.calendar["hours"]["mon"] == [["09:00", "17:00"]]


def test_an_ended_clock_keeps_the_terms_it_ended_under(story: Story) -> None:
    story.after(5)
    conversation.reply(story.ticket, agent=story.desk.ann, body="hello")
    story.update(story.first)
    priority.set_priority(story.ticket, "urgent", by="system")
    story.after(6).update(story.first)
    assert (story.first.state, story.first.budget) == ("met", 8 * 3600)


def test_escalating_flags_the_ticket_once(story: Story) -> None:
    assert sla.escalate(story.resolution, by="process:sla")
    assert not sla.escalate(story.resolution, by="process:sla")
    assert (story.ticket.flagged, story.desk.told()) == ("breach", ["ticket.flagged"])


def test_a_view_explains_itself_as_of_now(story: Story) -> None:
    story.after(2).status("waiting")
    seen = sla.view(story.after(3).resolution)
    assert (seen["kind"], seen["state"], seen["due_at"]) == ("resolution", "paused", None)
    assert (seen["remaining_seconds"], seen["budget_seconds"]) == (22 * 3600, 24 * 3600)
    assert seen["paused_since"] == "2026-03-02T11:00:00+00:00"
    assert "Paused" in seen["steps"][-1]["text"]
    story.status("open")
    seen = sla.view(story.after(27).resolution)
    assert (seen["due_at"], seen["remaining_seconds"]) == ("2026-03-03T10:00:00+00:00", -2 * 3600)
    assert "Due" in seen["steps"][-1]["text"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_response": 0}, "first_response"),
        ({"resolution": -1}, "resolution"),
        ({"near_breach": 0}, "near_breach"),
        ({"near_breach": 1.01}, "near_breach"),
        ({"pauses": {"resolution": ["rain"]}}, "pauses"),
        ({"pauses": {"lunch": []}}, "pauses"),
    ],
)
def test_a_policy_nobody_can_keep_is_refused(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        sla.set_policy("low", **({"first_response": 1, "resolution": 1, "by": "system"} | wrong))
    assert list(refused.value.fields) == [field]


def test_setting_a_policy_again_changes_it_and_presets_leave_it_alone(any_app: Flask, desk: Desk) -> None:
    changed = sla.set_policy("low", first_response=60, resolution=120, by="agent:1")
    sla.set_policy("low", first_response=60, resolution=120, by="agent:1")
    sla.ensure_presets(by="system")
    assert desk.told() == ["policy.set", "promises.changed"]
    assert [p.first_response for p in sla.policies() if p.priority == "low"] == [60]
    assert sla.policies()[0] is changed


def test_without_a_policy_nothing_is_promised(app: Flask, desk: Desk) -> None:
    ticket = desk.ticket()
    ticket.priority = "unheard of"
    with pytest.raises(NotFound, match="no SLA policy"):
        sla.start(ticket, by="system")


@pytest.mark.parametrize("spec", [{}, {"timezone": "UTC", "hours": {}}, {"timezone": "Mars", "hours": OFFICE["hours"]}])
def test_a_calendar_without_sense_is_refused(desk: Desk, spec: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        sla.set_calendar(desk.support, spec, by="system")


def test_opening_hours_are_set_changed_and_taken_away(any_app: Flask, desk: Desk) -> None:
    assert sla.set_calendar(desk.support, OFFICE, by="system")
    assert not sla.set_calendar(desk.support, OFFICE, by="system")
    assert sla.set_calendar(desk.support, OFFICE | {"timezone": "Europe/Berlin"}, by="system")
    assert sla.calendar_of(desk.support).timezone == "Europe/Berlin"
    assert sla.set_calendar(desk.support, None, by="system")
    assert desk.told() == ["department.calendar_changed", "promises.changed"] * 3


READ: list[Callable[[Ticket], object]] = [sla.clocks_of, lambda t: sla.nearest_due([t.id])]


@pytest.mark.parametrize("read", READ)
def test_a_ticket_without_clocks_is_no_trouble(desk: Desk, read: Callable[[Ticket], Any]) -> None:
    assert not read(desk.ticket())
