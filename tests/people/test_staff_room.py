from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from rooms_fixtures import Desk

from app import departments, people
from app.db import db
from app.errors import Conflict, Invalid
from app.events import take_pending
from app.people import tokens
from app.tickets import assigning, dissolving, returning, status
from app.tickets.ticket import Ticket


def test_a_change_is_recorded_with_what_was_and_what_is(any_app: Flask, desk: Desk) -> None:
    max_ = desk.agent("Max", "manager")
    take_pending()
    assert people.edit(desk.ann, by=max_.actor, name=" Ann  Lee", capacity="8", manager=max_, signature="Best\r\nAnn ")
    assert not people.edit(desk.ann, by=max_.actor, name="Ann Lee", capacity=8)
    (event,) = take_pending()
    assert (event.name, event.actor) == ("agent.changed", max_.actor)
    assert event.before == {"name": "Ann", "capacity": None, "manager_id": None, "signature": ""}
    assert event.after == {"name": "Ann Lee", "capacity": 8, "manager_id": max_.id, "signature": "Best\nAnn"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " \x00"),
        ("name", "n" * 121),
        ("capacity", "-1"),
        ("capacity", "1.5"),
        ("capacity", "9" * 40),
        ("capacity", "²"),
        ("capacity", True),
        ("signature", "x" * 2_001),
    ],
)
def test_what_cannot_be_is_named(desk: Desk, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        people.edit(desk.ann, by="system", **{field: value})
    assert list(refused.value.fields) == [field]


def test_no_capacity_is_any_number(desk: Desk) -> None:
    people.edit(desk.ann, by="system", capacity=0)
    assert desk.ann.capacity == 0
    people.edit(desk.ann, by="system", capacity="")
    assert desk.ann.capacity is None


def test_managers_never_go_in_a_circle(any_app: Flask, desk: Desk) -> None:
    one, two, three = (desk.agent(name, "manager") for name in ("One", "Two", "Three"))
    people.edit(two, by="system", manager=one)
    people.edit(three, by="system", manager=two)
    for wrong in (three, one):
        with pytest.raises(Invalid) as refused:
            people.edit(one, by="system", manager=wrong)
        assert list(refused.value.fields) == ["manager"]
    assert one.manager_id is None


def test_only_who_may_see_everything_leads(desk: Desk) -> None:
    with pytest.raises(Invalid, match="cannot lead"):
        people.edit(desk.ann, by="system", manager=desk.bob)


def test_nobody_changes_their_own_role_or_shows_themselves_out(desk: Desk) -> None:
    hugo, _ida = desk.agent("Hugo", "admin"), desk.agent("Ida", "admin")
    for change in (lambda: people.set_role(hugo, "agent", by=hugo.actor), lambda: _leaves(hugo, hugo.actor)):
        with pytest.raises(Invalid):
            change()
    assert people.set_role(hugo, "agent", by=_ida.actor)


def _leaves(agent: people.Agent, by: str) -> bool:
    return people.set_active(agent, False, by=by)


def test_the_last_admin_stays(any_app: Flask, desk: Desk) -> None:
    hugo, ida = desk.agent("Hugo", "admin"), desk.agent("Ida", "admin")
    assert _leaves(ida, "cli")
    for change in (lambda: people.set_role(hugo, "manager", by="cli"), lambda: _leaves(hugo, "cli")):
        with pytest.raises(Invalid, match="last admin"):
            change()
    assert (hugo.role, hugo.active) == ("admin", True)


def test_two_admins_cannot_show_each_other_out_at_once(postgres_app: Flask, desk: Desk) -> None:
    both = [desk.agent(name, "admin").id for name in ("Hugo", "Ida")]
    db.session.commit()

    def leave(ident: int) -> bool:
        with postgres_app.app_context():
            agent = people.by_id(ident)
            assert agent is not None
            try:
                _leaves(agent, "cli")
            except Invalid:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, both)) == [False, True]


def test_whoever_leaves_cannot_come_in_by_an_old_token(desk: Desk) -> None:
    token = tokens.create(desk.bob, by="system")
    desk.told()
    assert _leaves(desk.bob, "cli")
    assert desk.told() == ["token.revoked", "agent.active_changed", "agent.left"]
    assert people.set_active(desk.bob, True, by="cli")
    assert tokens.agent_for(token) is None


def test_what_somebody_held_goes_back_each_recorded(any_app: Flask, desk: Desk) -> None:
    billing = departments.add("billing", "Billing", members=[desk.bob], by="system")
    mine = [desk.ticket("one"), desk.ticket("two", department=billing), desk.ticket("done"), desk.ticket("anns")]
    for ticket in mine[:3]:
        assigning.assign(ticket, desk.bob, by="system")
    assigning.assign(mine[3], desk.ann, by="system")
    status.change(mine[2], "resolved", by="system")
    assert returning.open_by_department(desk.bob) == {"Billing": 1, "Support": 1}
    take_pending()
    assert returning.give_back(desk.bob, by="process:agent_left") == 2
    assert returning.give_back(desk.bob, by="process:agent_left") == 0
    events = take_pending()
    assert [(event.name, event.reason) for event in events] == [("ticket.assigned", "Bob no longer works here")] * 2
    assert [_holder(ticket) for ticket in mine] == [None, None, "Bob", "Ann"]
    assert [ticket.department.key for ticket in mine[:2]] == ["support", "billing"]


def _holder(ticket: Ticket) -> str | None:
    return ticket.assignee.name if ticket.assignee else None


def test_a_department_goes_when_nothing_depends_on_it(any_app: Flask, desk: Desk) -> None:
    sales = departments.add("sales", "Sales", addresses=["sales@desk.test"], members=[desk.bob], by="system")
    with pytest.raises(Conflict, match="default"):
        departments.remove(desk.support, by="system")
    with pytest.raises(Conflict, match=r"sales@desk\.test"):
        dissolving.dissolve(sales, by="system")
    departments.set_addresses(sales, [], by="system")
    ticket = desk.ticket(department=sales)
    with pytest.raises(Conflict, match="has 1 ticket;"):
        dissolving.dissolve(sales, by="system")
    ticket.department = desk.support
    db.session.flush()
    desk.told()
    dissolving.dissolve(sales, by="system")
    assert [one.key for one in departments.all_departments()] == ["support"]
    assert departments.ids_of(desk.bob) == [desk.support.id]
    assert desk.told() == ["department.removed"]


def test_there_is_always_one_default(any_app: Flask, desk: Desk) -> None:
    sales = departments.add("sales", "Sales", by="system")
    assert departments.make_default(sales, by="system")
    assert not departments.make_default(sales, by="system")
    assert [one.key for one in departments.all_departments() if one.is_default] == ["sales"]
    assert departments.default() is sales


def test_a_manager_looks_after_their_people_and_their_departments(desk: Desk) -> None:
    max_, hugo = desk.agent("Max", "manager", member=False), desk.agent("Hugo", "admin", member=False)
    carl = desk.agent("Carl", member=False)
    assert not departments.looks_after(max_, desk.ann)
    people.edit(carl, by="system", manager=max_)
    departments.join(desk.support, max_, by="system")
    assert [departments.looks_after(max_, agent) for agent in (desk.ann, carl, hugo)] == [True, True, False]
    assert [departments.looks_after(desk.ann, agent) for agent in (desk.bob, desk.ann)] == [False, False]
    assert departments.looks_after(hugo, carl)
