from collections.abc import Callable

import pytest
from flask import Flask
from rooms_fixtures import Desk

from app import departments, people
from app.errors import Invalid
from app.tickets import assigning, category, classifying, flagging, moving, priority, tagging, triaging
from app.tickets.ticket import Ticket

CHANGES: dict[str, Callable[[Desk, Ticket], bool]] = {
    "ticket.priority_changed": lambda desk, t: priority.set_priority(t, "high", by=desk.ann.actor),
    "ticket.category_changed": lambda desk, t: category.set_category(t, "billing", by=desk.ann.actor),
    "ticket.tags_changed": lambda desk, t: tagging.set_tags(t, ["vip"], by=desk.ann.actor),
    "ticket.assigned": lambda desk, t: assigning.assign(t, desk.ann, by=desk.ann.actor),
    "ticket.flagged": lambda desk, t: flagging.flag(t, "idle", by="system"),
    "ticket.department_changed": lambda desk, t: moving.move(
        t, departments.add("billing", "Billing", by="system"), by=desk.ann.actor
    ),
}


@pytest.mark.parametrize("event", CHANGES)
def test_a_change_is_recorded_once_and_repeating_it_changes_nothing(any_app: Flask, desk: Desk, event: str) -> None:
    ticket = desk.ticket()
    departments.add("billing", "Billing", by="system")
    desk.told()
    assert CHANGES[event](desk, ticket)
    assert not CHANGES[event](desk, ticket)
    assert desk.told() == [event]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda t: priority.set_priority(t, "asap", by="system"), "priority"),
        (lambda t: category.set_category(t, "gardening", by="system"), "category"),
        (lambda t: tagging.set_tags(t, ["x" * 41], by="system"), "tags"),
        (lambda t: tagging.set_tags(t, map(str, range(31)), by="system"), "tags"),
    ],
)
def test_a_wrong_value_is_refused_by_field(desk: Desk, change: Callable[[Ticket], bool], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        change(desk.ticket())
    assert field in refused.value.fields


def test_tags_are_normal_and_added_without_losing_any(desk: Desk) -> None:
    ticket = desk.ticket()
    tagging.set_tags(ticket, [" VIP\n", "vip", "", "Größe"], by="system")
    tagging.add_tags(ticket, ["refund", "vip"], by="system")
    assert ticket.tags == ["vip", "größe", "refund"]


def test_nothing_is_given_to_somebody_who_left(desk: Desk) -> None:
    people.set_active(desk.bob, False, by="system")
    with pytest.raises(Invalid, match="no longer works here"):
        assigning.assign(desk.ticket(), desk.bob, by="system")


def test_a_ticket_can_be_laid_back(desk: Desk) -> None:
    ticket = desk.ticket()
    assigning.assign(ticket, desk.ann, by="system")
    assert assigning.assign(ticket, None, by=desk.ann.actor, reason="not mine")
    assert (ticket.assignee, ticket.assignee_id) == (None, None)


def test_moving_takes_a_ticket_from_an_agent_who_is_no_member_there(desk: Desk) -> None:
    billing = departments.add("billing", "Billing", members=[desk.bob], by="system")
    held_by_ann, held_by_bob = desk.ticket(), desk.ticket()
    assigning.assign(held_by_ann, desk.ann, by="system")
    assigning.assign(held_by_bob, desk.bob, by="system")
    for ticket in (held_by_ann, held_by_bob):
        moving.move(ticket, billing, by="system")
    assert held_by_ann.assignee is None
    assert held_by_bob.assignee is desk.bob


def test_triage_sets_all_three_or_nothing(desk: Desk) -> None:
    ticket = desk.ticket()
    billing = departments.add("billing", "Billing", by="system")
    with pytest.raises(Invalid):
        triaging.triage(ticket, department=billing, category="gardening", priority="high", by="system")
    assert (ticket.priority, ticket.department) == ("medium", desk.support)
    triaging.triage(ticket, department=billing, category="billing", priority="high", by="system", note="clearly")
    assert (ticket.priority, ticket.category, ticket.department) == ("high", "billing", billing)


def _classify(ticket: Ticket, confidence: float = 0.9, category: str = "billing") -> None:
    classifying.classified(ticket, category, "urgent", confidence, "en", by="process:request", source="local")


def test_a_confident_classification_fills_in_what_nobody_chose(desk: Desk) -> None:
    ticket = desk.ticket()
    _classify(ticket)
    assert (ticket.category, ticket.priority, ticket.confidence, ticket.language) == ("billing", "urgent", 0.9, "en")


def test_an_unsure_classification_leaves_the_priority_alone(desk: Desk) -> None:
    ticket = desk.ticket()
    _classify(ticket, confidence=0.4)
    assert (ticket.category, ticket.priority, ticket.confidence) == ("billing", "medium", 0.4)


def test_a_chosen_priority_and_category_stand(desk: Desk) -> None:
    opened = desk.ticket(priority="medium", category="hardware")
    changed = desk.ticket()
    priority.set_priority(changed, "low", by=desk.ann.actor)
    for ticket in (opened, changed):
        _classify(ticket)
    assert (opened.priority, opened.category) == ("medium", "hardware")
    assert changed.priority == "low"


def test_a_category_the_desk_does_not_use_is_only_proposed(desk: Desk) -> None:
    ticket = desk.ticket()
    _classify(ticket, category="gardening")
    assert ticket.category is None
