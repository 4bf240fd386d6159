import pytest
from flask import Flask
from rooms_fixtures import Desk
from sqlalchemy import func, select

from app import departments, presets
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.people import Agent
from app.sla import policies
from app.tickets import category


def test_the_first_department_is_the_default_until_another_is(desk: Desk) -> None:
    assert departments.default() is desk.support
    billing = departments.add("billing", "Billing", is_default=True, by="system")
    db.session.flush()
    assert departments.default() is billing
    assert not desk.support.is_default


def test_adding_again_only_adds_what_is_missing(desk: Desk) -> None:
    departments.add(
        "support", "Other", addresses=["SUPPORT@desk.test", "help@desk.test"], members=[desk.ann], by="system"
    )
    assert desk.support.name == "Support"
    assert sorted(row.email for row in desk.support.addresses) == ["help@desk.test", "support@desk.test"]
    assert desk.told() == ["department.address_added"]


def test_an_address_belongs_to_one_department(desk: Desk) -> None:
    with pytest.raises(Conflict, match="belongs to Support"):
        departments.add("billing", "Billing", addresses=["support@desk.test"], by="system")


@pytest.mark.parametrize("key", ["", "Has Space", "x" * 41, "ümlaut"])
def test_an_unusable_key_is_refused(desk: Desk, key: str) -> None:
    with pytest.raises(Invalid):
        departments.add(key, "Name", by="system")


def test_an_unknown_department_names_the_known_ones(desk: Desk) -> None:
    with pytest.raises(NotFound, match="there are support"):
        departments.by_key("sales")


def test_no_department_at_all_is_said_in_a_sentence(app: Flask) -> None:
    with pytest.raises(NotFound, match="no department yet"):
        departments.default()


def test_the_first_recipient_with_a_department_decides(desk: Desk) -> None:
    billing = departments.add("billing", "Billing", addresses=["billing@desk.test"], by="system")
    assert departments.for_addresses(["x@y.z", "Billing@Desk.test", "support@desk.test"]) is billing
    assert departments.for_addresses(["support+token@desk.test"]) is desk.support
    assert departments.for_addresses(["x@y.z", ""]) is None
    assert departments.for_addresses([]) is None


def test_members_join_and_leave_once(desk: Desk) -> None:
    carl = desk.agent("Carl", member=False)
    desk.told()
    assert departments.join(desk.support, carl, by="system")
    assert not departments.join(desk.support, carl, by="system")
    assert carl in desk.support.members
    assert departments.of_agent(carl) == [desk.support]
    assert departments.leave(desk.support, carl, by="system")
    assert not departments.leave(desk.support, carl, by="system")
    assert desk.told() == ["department.joined", "department.left"]


def test_a_first_start_makes_one_department_and_no_people(any_app: Flask) -> None:
    presets.ensure()
    presets.ensure()
    assert [(d.key, d.is_default) for d in departments.all_departments()] == [("support", True)]
    assert [policy.priority for policy in policies()] == ["low", "medium", "high", "urgent"]
    assert len(category.all_categories()) > 3
    assert db.session.scalar(select(func.count()).select_from(Agent)) == 0
