"""Which policy a ticket falls under, and what changing one does."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from freezegun import freeze_time
from rooms_fixtures import Desk
from sqlalchemy import event

from app import contacts, departments, sla
from app.contacts import Organisation
from app.db import db
from app.departments import Department
from app.errors import Invalid
from app.events import take_pending

MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
HOURS = 3600


def acme(desk: Desk) -> Organisation:
    """Give Eve an organisation."""
    organisation = Organisation(name="Acme")
    db.session.add(organisation)
    db.session.flush()
    desk.eve.organisation = organisation
    db.session.flush()
    return organisation


def promise(hours: int, department: Department | None, organisation: Organisation | None) -> None:
    seconds = hours * HOURS
    sla.set_policy(
        "medium", first_response=seconds, resolution=seconds, department=department, organisation=organisation, by="x"
    )


# Which of the policies there are, by their hours, and which holds for a ticket of Acme at Billing.
EVERYBODY, BILLING, ACME, ACME_AT_BILLING = 8, 7, 6, 5
SPECIFIC = [
    ((), EVERYBODY),
    ((BILLING,), BILLING),
    ((ACME,), ACME),
    ((BILLING, ACME), ACME),
    ((BILLING, ACME, ACME_AT_BILLING), ACME_AT_BILLING),
    ((ACME_AT_BILLING,), ACME_AT_BILLING),
    ((BILLING, ACME_AT_BILLING), ACME_AT_BILLING),
]


@pytest.mark.parametrize(("there_are", "holds"), SPECIFIC)
def test_the_most_specific_policy_holds(app: Flask, desk: Desk, there_are: tuple[int, ...], holds: int) -> None:
    billing, organisation = departments.add("billing", "Billing", by="x"), acme(desk)
    for hours in (EVERYBODY, *there_are):
        at = billing if hours in (BILLING, ACME_AT_BILLING) else None
        promise(hours, at, organisation if hours in (ACME, ACME_AT_BILLING) else None)
    ticket = desk.ticket()
    ticket.department = billing
    db.session.flush()
    assert sla.policy_for(ticket).first_response == holds * HOURS


def test_what_is_for_others_never_holds(any_app: Flask, desk: Desk) -> None:
    billing, organisation = departments.add("billing", "Billing", by="x"), acme(desk)
    promise(BILLING, billing, None)
    promise(ACME_AT_BILLING, billing, organisation)
    assert sla.policy_for(desk.ticket()).first_response == EVERYBODY * HOURS
    stranger = contacts.find_or_make("zoe@example.net", "Zoe", by="x")
    ticket = desk.ticket(contact=stranger)
    ticket.department = billing
    db.session.flush()
    assert sla.policy_for(ticket).first_response == BILLING * HOURS


def test_a_removed_exception_leaves_what_is_less_specific_and_may_come_again(any_app: Flask, desk: Desk) -> None:
    promise(BILLING, desk.support, None)
    ticket = desk.ticket()
    [clock, _] = sla.start(ticket, by="x")
    assert clock.budget == BILLING * HOURS
    take_pending()
    assert sla.remove_policy(sla.policy_for(ticket), by="agent:1")
    assert [event.name for event in take_pending()] == ["policy.removed", "promises.changed"]
    assert sla.update(clock, by="x")["state"] == "running"
    assert clock.budget == EVERYBODY * HOURS
    promise(BILLING, desk.support, None)
    assert sla.policy_for(ticket).first_response == BILLING * HOURS


def test_the_policy_of_everybody_cannot_be_removed(app: Flask, desk: Desk) -> None:
    with pytest.raises(Invalid, match="everybody"):
        sla.remove_policy(sla.policy_for(desk.ticket()), by="agent:1")


@pytest.mark.parametrize(
    ("targets", "kinds"),
    [
        ({"first_response": 60}, ["first_response"]),
        ({"resolution": 60}, ["resolution"]),
        ({"next_response": 60}, []),
        ({"idle": 60}, ["idle"]),
        ({"idle": 60, "first_response": 60}, ["first_response"]),
        ({}, []),
    ],
)
def test_what_is_not_promised_has_no_clock(app: Flask, desk: Desk, targets: dict[str, int], kinds: list[str]) -> None:
    sla.set_policy("medium", **targets, by="x")  # type: ignore[arg-type]
    assert [row.kind for row in sla.start(desk.ticket(), by="x")] == kinds


def test_a_promise_taken_back_cancels_its_clock_and_one_given_again_starts_it(any_app: Flask, desk: Desk) -> None:
    with freeze_time(MONDAY):
        ticket = desk.ticket()
        first, resolution = sla.start(ticket, by="x")
        sla.set_policy("medium", resolution=24 * HOURS, by="x")
        assert sla.update(first, by="x")["state"] == "ended"
        assert (first.state, first.due_at, sla.view(first)["state"]) == ("cancelled", None, "cancelled")
        take_pending()
        sla.set_policy("medium", first_response=2 * HOURS, resolution=24 * HOURS, by="x")
        sla.recount([ticket.id], by="x")
    assert (first.state, first.budget) == ("running", 2 * HOURS)
    told = [(event.name, event.data.get("clock")) for event in take_pending()]
    assert ("clock.started", first.id) in told
    assert ("clock.started", resolution.id) not in told


def test_changing_a_policy_says_whose_clocks_follow(any_app: Flask, desk: Desk) -> None:
    organisation = acme(desk)
    take_pending()
    sla.set_policy("high", first_response=60, department=desk.support, organisation=organisation, by="agent:1")
    [setting, following] = take_pending()
    assert setting.after is not None
    assert (setting.name, setting.before, setting.after["first_response"]) == ("policy.set", None, 60)
    whose = {"priority": "high", "department": desk.support.id, "organisation": organisation.id, "contact": 0}
    assert (following.name, following.data) == ("promises.changed", whose)


def test_a_policy_is_read_once_per_transaction(app: Flask, desk: Desk) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    tickets = [desk.ticket() for _ in range(3)]
    event.listen(db.engine, "before_cursor_execute", note)
    for ticket in tickets:
        sla.start(ticket, by="x")
    event.remove(db.engine, "before_cursor_execute", note)
    assert sum("FROM policy" in statement for statement in asked) == 1
