import pytest
from flask import Flask
from freezegun import freeze_time
from rooms_fixtures import Desk

from app.db import db
from app.errors import Invalid
from app.events import take_pending
from app.tickets import conversation, status
from app.tickets.ticket import STATUSES


def test_a_change_is_recorded_with_who_when_and_why(any_app: Flask, desk: Desk) -> None:
    ticket = desk.ticket()
    desk.told()
    assert status.change(ticket, "waiting", by=desk.ann.actor, reason="asked\x00 back", wait_reason="third_party")
    changed, waiting, moved = take_pending()
    assert (moved.name, moved.data) == ("ticket.stage_changed", {"ticket": ticket.id, "stage": "awaiting"})
    assert (changed.name, waiting.name) == ("ticket.status_changed", "ticket.waiting")
    told = {"ticket": ticket.id, "before": "open", "status": "waiting", "wait_reason": "third_party"}
    assert changed.data == waiting.data == told
    assert changed.before == {"status": "open", "wait_reason": None}
    (row,) = status.history(ticket)
    assert (row.actor, row.before, row.after, row.wait_reason, row.reason) == (
        desk.ann.actor,
        "open",
        "waiting",
        "third_party",
        "asked back",
    )


def test_the_same_status_again_changes_nothing(desk: Desk) -> None:
    ticket = desk.ticket()
    assert status.change(ticket, "waiting", by="system")
    assert ticket.wait_reason == "customer"
    desk.told()
    assert not status.change(ticket, "waiting", by="system", wait_reason="customer")
    assert desk.told() == []
    assert status.change(ticket, "waiting", by="system", wait_reason="review")
    assert len(status.history(ticket)) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"status": "done"}, "status"),
        ({"status": "merged"}, "status"),
        ({"status": "waiting", "wait_reason": "rain"}, "wait_reason"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_changes(desk: Desk, wrong: dict[str, str], field: str) -> None:
    ticket = desk.ticket()
    desk.told()
    with pytest.raises(Invalid) as refused:
        status.change(ticket, by="system", **wrong)
    assert list(refused.value.fields) == [field]
    assert (ticket.status, desk.told()) == ("open", [])


@pytest.mark.parametrize("after", [s for s in STATUSES if s not in {"open", "merged"}])
def test_each_end_has_an_event_of_its_own(desk: Desk, after: str) -> None:
    ticket = desk.ticket()
    desk.told()
    status.change(ticket, after, by="system")
    own = [f"ticket.{after}"] if after not in {"in_progress", "customer_responded"} else []
    assert desk.told() == ["ticket.status_changed", *own, "ticket.stage_changed"]


@pytest.mark.parametrize("done", ["resolved", "closed", "cancelled", "rejected"])
def test_leaving_an_end_is_a_reopening_and_forgets_its_moments(desk: Desk, done: str) -> None:
    ticket = desk.ticket()
    status.change(ticket, done, by="system")
    desk.told()
    status.change(ticket, "waiting", by="system")
    assert desk.told() == ["ticket.status_changed", "ticket.reopened", "ticket.stage_changed"]
    assert (ticket.resolved_at, ticket.closed_at) == (None, None)


def test_closing_keeps_the_moment_of_the_resolution(desk: Desk) -> None:
    ticket = desk.ticket()
    with freeze_time("2026-03-02 10:00"):
        status.change(ticket, "resolved", by="system")
    with freeze_time("2026-03-05 10:00"):
        status.close(ticket, by="process:request")
    assert ticket.resolved_at is not None
    assert ticket.closed_at is not None
    assert (ticket.resolved_at.day, ticket.closed_at.day) == (2, 5)


@pytest.mark.parametrize(
    ("before", "answered", "surfaces"),
    [
        ("waiting", False, True),
        ("in_progress", False, True),
        ("open", True, True),
        ("open", False, False),
        ("customer_responded", True, False),
        ("resolved", True, False),
        ("closed", True, False),
    ],
)
def test_a_customer_message_surfaces_what_was_answered(desk: Desk, before: str, answered: bool, surfaces: bool) -> None:
    ticket = desk.ticket()
    if answered:
        conversation.reply(ticket, agent=desk.ann, body="hello")
    status.change(ticket, before, by="system")
    assert status.customer_wrote(ticket, by=desk.eve.actor) is surfaces
    assert ticket.status == ("customer_responded" if surfaces else before)


def test_reopening_after_a_customer_message_surfaces_first(desk: Desk) -> None:
    ticket = desk.ticket()
    with freeze_time("2026-03-02 10:00"):
        status.change(ticket, "resolved", by="system")
    with freeze_time("2026-03-02 11:00"):
        conversation.from_customer(ticket, contact=desk.eve, body="not yet")
        assert status.reopen(ticket, by="process:request")
    assert ticket.status == "customer_responded"
    assert not status.reopen(ticket, by="process:request")


def test_reopening_without_a_new_message_is_plainly_open(desk: Desk) -> None:
    ticket = desk.ticket()
    with freeze_time("2026-03-02 10:00"):
        conversation.from_customer(ticket, contact=desk.eve, body="help", first=True)
    with freeze_time("2026-03-02 11:00"):
        status.change(ticket, "resolved", by="system")
        status.reopen(ticket, by=desk.ann.actor)
    assert ticket.status == "open"


def test_the_rank_follows_status_and_priority(desk: Desk) -> None:
    ticket, urgent = desk.ticket(), desk.ticket(priority="urgent")
    status.change(ticket, "in_progress", by="system")
    status.customer_wrote(ticket, by="system")
    db.session.flush()
    assert (ticket.rank, urgent.rank) == (2, 3)
    status.change(urgent, "resolved", by="system")
    assert urgent.rank == 0
