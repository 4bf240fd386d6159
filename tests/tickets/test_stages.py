"""Stages: which one a ticket is in, how it gets there, what the settings ask of whoever moves it."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from freezegun import freeze_time
from rooms_fixtures import Desk

from app import departments
from app.db import db
from app.errors import Invalid
from app.events import take_pending
from app.tickets import by_hand, conversation, fields, lying, moving, stages, status
from app.tickets.ticket import STATUSES, Ticket


def change(desk: Desk, *more: dict[str, Any], **changes: dict[str, Any]) -> None:
    """Set the stages: the presets with some of them changed and others added."""
    rows = [asdict(stage) | changes.get(stage.key, {}) for stage in stages.PRESETS]
    stages.set_stages([*rows[:2], *more, *rows[2:]], by="system")


def escalated(**more: Any) -> dict[str, Any]:
    return {"key": "escalated", "name": "Escalated", "status": "in_progress", **more}


def test_every_status_has_its_stage_and_the_row_says_which(desk: Desk) -> None:
    named = {"open": "new", "customer_responded": "in_progress", "waiting": "awaiting"}
    named |= {"resolved": "done", "closed": "done"}
    for wanted in (one for one in STATUSES if one != "merged"):
        ticket = desk.ticket()
        assert ticket.stage == "new"
        status.change(ticket, wanted, by="system")
        assert ticket.stage == stages.of(ticket).key == named.get(wanted, wanted)


def test_a_stage_of_ones_own_is_kept_while_it_fits_and_told(any_app: Flask, desk: Desk) -> None:
    change(desk, escalated())
    ticket = desk.ticket()
    take_pending()
    assert by_hand.set_stage(ticket, "Escalated", by=desk.ann.actor, reason="They are angry")
    told = {event.name: event for event in take_pending()}
    assert told["ticket.stage_changed"].data == {"ticket": ticket.id, "stage": "escalated"}
    assert told["ticket.stage_changed"].reason == told["ticket.status_changed"].reason == "They are angry"
    assert (ticket.status, ticket.stage) == ("in_progress", "escalated")
    status.change(ticket, "customer_responded", by="system")
    assert ticket.stage == "escalated"
    assert not by_hand.set_stage(ticket, "escalated", by=desk.ann.actor)
    status.change(ticket, "waiting", by="system")
    status.change(ticket, "in_progress", by="system")
    assert ticket.stage == "in_progress"


def test_moving_within_a_status_moves_only_the_stage(desk: Desk) -> None:
    change(desk, escalated())
    ticket = desk.ticket()
    status.change(ticket, "customer_responded", by="system")
    desk.told()
    assert by_hand.set_stage(ticket, "escalated", by=desk.ann.actor)
    assert (ticket.status, desk.told()) == ("customer_responded", ["ticket.stage_changed"])


def test_a_stage_that_waits_for_somebody_sets_whom(desk: Desk) -> None:
    change(desk, {"key": "supplier", "name": "Supplier", "status": "waiting", "wait_reason": "third_party"})
    ticket = desk.ticket()
    by_hand.set_stage(ticket, "supplier", by=desk.ann.actor)
    assert (ticket.status, ticket.wait_reason, ticket.stage) == ("waiting", "third_party", "supplier")
    status.change(ticket, "waiting", by="system", wait_reason="customer")
    assert ticket.stage == "awaiting"
    status.change(ticket, "waiting", by="system", wait_reason="review")
    assert ticket.stage == "awaiting"


def test_a_stage_of_one_department_is_closed_to_the_others(desk: Desk) -> None:
    change(desk, escalated(departments=["lab"]))
    lab = departments.add("lab", "Lab", by="system")
    ticket = desk.ticket()
    with pytest.raises(Invalid) as refused:
        by_hand.set_stage(ticket, "escalated", by=desk.ann.actor)
    assert refused.value.fields == {"stage": "is not for Support"}
    moving.move(ticket, lab, by="system")
    assert by_hand.set_stage(ticket, "escalated", by=desk.ann.actor)
    moving.move(ticket, desk.support, by="system")
    assert ticket.stage == "in_progress"


def test_a_reason_is_asked_where_a_stage_or_a_status_needs_one(desk: Desk) -> None:
    change(desk, escalated(reason_required=True))
    by_hand.REASONS_FOR.set(["cancelled"], by="system")
    ticket = desk.ticket()
    for act in (
        lambda: by_hand.set_stage(ticket, "escalated", by=desk.ann.actor),
        lambda: by_hand.set_stage(ticket, "cancelled", by=desk.ann.actor, reason="  "),
        lambda: by_hand.set_status(ticket, "cancelled", by=desk.ann.actor),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert list(refused.value.fields) == ["reason"]
    assert ticket.status == "open"
    assert by_hand.set_status(ticket, "cancelled", by=desk.ann.actor, reason="Ordered twice")
    assert status.history(ticket)[-1].reason == "Ordered twice"
    assert status.change(ticket, "open", by="process:request"), "a drawing gives its own reasons"


WRONG: list[tuple[Any, str]] = [
    ("nonsense", "must be a list"),
    ([{"key": "a", "name": "A", "status": "asleep"}], "must each mean one of"),
    ([{"key": "A b", "name": "A", "status": "open"}], "need keys"),
    ([{"key": "a", "name": "", "status": "open"}], "must have 1 to 60 characters"),
    ([{"key": "a", "name": "A", "status": "open", "wait_reason": "customer"}], "may wait only for"),
    ([{"key": "a", "name": "A", "status": "waiting", "awaiting_after": "2"}], "only while somebody works"),
    ([{"key": "a", "name": "A", "status": "open", "awaiting_after": "0"}], "whole number from 1"),
    ([{"key": "a", "name": "A", "status": "open"}], "need one for all departments that means in progress"),
    ([asdict(stages.PRESETS[0])] * 2, "two with the key new"),
    ([asdict(stages.PRESETS[0])] * 21, "must be at most 20"),
]


def test_stages_that_cannot_be_are_refused_in_words(desk: Desk) -> None:
    for rows, why in WRONG:
        with pytest.raises(Invalid) as refused:
            stages.STAGES.set(rows, by="system")
        assert why in refused.value.fields["tickets_stages"]


def test_tickets_of_a_stage_that_goes_are_where_they_belong(any_app: Flask, desk: Desk) -> None:
    change(desk, escalated())
    ticket, other = desk.ticket(), desk.ticket()
    by_hand.set_stage(ticket, "escalated", by=desk.ann.actor)
    before = ticket.updated_at
    change(desk)
    db.session.expire_all()
    assert (ticket.stage, other.stage) == ("in_progress", "new")
    assert ticket.updated_at == before


def test_a_ticket_lies_too_long_only_when_no_person_touched_it(any_app: Flask, desk: Desk) -> None:
    change(desk, in_progress={"awaiting_after": 24})
    with freeze_time("2026-03-02 09:00:00") as time:
        ticket = desk.ticket(by=desk.eve.actor)
        take_pending()
        status.change(ticket, "in_progress", by=desk.ann.actor)
        assert "ticket.watched" in desk.told() and ticket.watched
        status.change(ticket, "customer_responded", by="system")
        assert "ticket.watched" not in desk.told(), "one process is enough"
        time.tick(timedelta(hours=20))
        conversation.note(ticket, agent=desk.ann, body="I am on it")
        time.tick(timedelta(hours=5))
        how, until = lying.look(ticket)
        assert (how, until and until.isoformat()) == ("fine", "2026-03-04T05:00:00+00:00")
        time.tick(timedelta(hours=19))
        assert lying.look(ticket)[0] == "too long"
        assert not ticket.watched
    assert not lying.let_wait(ticket)


def test_a_ticket_that_left_its_stage_is_not_watched_any_more(desk: Desk) -> None:
    change(desk, in_progress={"awaiting_after": 24})
    ticket = desk.ticket()
    status.change(ticket, "in_progress", by="system")
    status.change(ticket, "resolved", by="system")
    assert lying.look(ticket) == ("over", None)
    assert not ticket.watched
    assert lying.let_wait(ticket)


def test_a_time_set_later_counts_for_those_that_lie_already(desk: Desk) -> None:
    ticket = desk.ticket()
    take_pending()
    change(desk, new={"awaiting_after": 8})
    assert "ticket.watched" in desk.told()
    assert ticket.watched


def _field(**more: Any) -> dict[str, Any]:
    return {"key": "serial", "name": "Serial number", "kind": "text", **more}


def test_a_field_needed_to_resolve_stands_in_the_way_until_it_is_filled(desk: Desk) -> None:
    fields.FIELDS.set([_field(categories=["hardware"], required_on_resolve=True)], by="system")
    ticket: Ticket = desk.ticket(category="hardware")
    with pytest.raises(Invalid) as refused:
        by_hand.set_status(ticket, "resolved", by=desk.ann.actor)
    assert refused.value.fields == {"custom.serial": "is needed before the ticket is resolved"}
    with pytest.raises(Invalid):
        by_hand.set_stage(ticket, "done", by=desk.ann.actor)
    fields.set_custom(ticket, {"serial": " A-17 "}, by=desk.ann.actor)
    assert ticket.custom == {"serial": "A-17"}
    assert by_hand.set_stage(ticket, "done", by=desk.ann.actor)
    other = desk.ticket(category="billing")
    assert by_hand.set_status(other, "resolved", by=desk.ann.actor)


KEPT = [
    ("text", "  x ", "x"),
    ("number", "1e3", 1000),
    ("number", 2.5, 2.5),
    ("date", "2028-02-29", "2028-02-29"),
    ("choice", "red", "red"),
    ("yes_no", "no", False),
    ("yes_no", True, True),
]


def test_a_value_is_kept_as_what_it_is(desk: Desk) -> None:
    for kind, value, kept in KEPT:
        fields.FIELDS.set([_field(kind=kind, choices=["red", "blue"])], by="system")
        ticket = desk.ticket()
        assert fields.set_custom(ticket, {"serial": value}, by=desk.ann.actor)
        assert ticket.custom == {"serial": kept} and type(ticket.custom["serial"]) is type(kept), (kind, value)
        assert not fields.set_custom(ticket, {"serial": value}, by=desk.ann.actor)


REFUSED = [
    *(("text", value) for value in (7, "x" * 2001)),
    *(("number", value) for value in ("many", True, float("inf"), [1])),
    *(("date", value) for value in ("2027-02-29", "tomorrow", 20270101)),
    *(("choice", value) for value in ("green", ["red"])),
    *(("yes_no", value) for value in ("perhaps", {})),
]


def test_a_value_that_is_none_is_refused_by_name(desk: Desk) -> None:
    ticket = desk.ticket()
    for kind, value in REFUSED:
        fields.FIELDS.set([_field(kind=kind, choices=["red", "blue"])], by="system")
        with pytest.raises(Invalid) as refused:
            fields.set_custom(ticket, {"serial": value}, by=desk.ann.actor)
        assert list(refused.value.fields) == ["custom.serial"], (kind, value)
        assert ticket.custom == {}


def test_what_an_archived_field_says_is_kept_and_cannot_be_changed(desk: Desk) -> None:
    fields.FIELDS.set([_field()], by="system")
    ticket = desk.ticket()
    fields.set_custom(ticket, {"serial": "A-17"}, by=desk.ann.actor)
    fields.FIELDS.set([_field(archived=True)], by="system")
    with pytest.raises(Invalid) as refused:
        fields.set_custom(ticket, {"serial": ""}, by=desk.ann.actor)
    assert refused.value.fields == {"custom.serial": "is no field of this category"}
    assert ticket.custom == {"serial": "A-17"}


def test_a_required_field_is_asked_of_those_who_open_a_ticket_by_hand_only(desk: Desk) -> None:
    fields.FIELDS.set([_field(required=True)], by="system")
    with pytest.raises(Invalid) as refused:
        desk.ticket(custom={})
    assert refused.value.fields == {"custom.serial": "is needed"}
    assert desk.ticket(custom={"serial": "A"}).custom == {"serial": "A"}
    by_mail = desk.ticket()
    assert by_mail.custom == {}
    with pytest.raises(Invalid):
        fields.set_custom(by_mail, {"serial": None}, by=desk.ann.actor)
