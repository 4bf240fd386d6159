from flask import Flask
from rooms_fixtures import Desk

from app import departments
from app.db import db
from app.people import ROLES, Agent
from app.tickets import assigning, finding
from app.tickets.visible import sees
from app.web import work_order


def _found(agent: Agent) -> set[str]:
    return {ticket.subject for ticket in finding.search("", "all", agent=agent).items}


def test_one_sees_what_is_in_ones_departments_and_what_one_holds(any_app: Flask, desk: Desk) -> None:
    billing = departments.add("billing", "Billing", by="system")
    here, there, held = desk.ticket("here"), desk.ticket("there", department=billing), None
    held = desk.ticket("held", department=billing)
    people = {role: desk.agent(role.title(), role, member=False) for role in ROLES}
    for role in ("agent", "senior"):
        departments.join(desk.support, people[role], by="system")
    assigning.assign(held, people["senior"], by="system")
    everything = {"here", "there", "held"}
    seen = {"agent": {"here"}, "senior": {"here", "held"}, **dict.fromkeys(ROLES[2:], everything)}
    for role, agent in people.items():
        assert _found(agent) == seen[role], role
        one_by_one = {ticket.subject for ticket in (here, there, held) if sees(agent, ticket)}
        assert one_by_one == seen[role], role
        page = finding.of_contact(desk.eve, agent=agent)
        assert ({ticket.subject for ticket in page.items}, page.total) == (seen[role], len(seen[role]))


def test_whoever_is_in_no_department_sees_what_they_hold(any_app: Flask, desk: Desk) -> None:
    lone, ticket = desk.agent("Lone", member=False), desk.ticket("theirs")
    desk.ticket("another")
    assert _found(lone) == set()
    assigning.assign(ticket, lone, by="system")
    assert _found(lone) == {"theirs"}


def test_joining_and_leaving_count_at_once(desk: Desk) -> None:
    lone, ticket = desk.agent("Lone", member=False), desk.ticket()
    for joined in (True, False):
        (departments.join if joined else departments.leave)(desk.support, lone, by="system")
        assert sees(lone, ticket) is joined
        assert bool(_found(lone)) is joined


def test_what_a_rolled_back_membership_showed_is_forgotten(desk: Desk) -> None:
    lone, ticket = desk.agent("Lone", member=False), desk.ticket()
    db.session.commit()
    departments.join(desk.support, lone, by="system")
    assert sees(lone, ticket)
    db.session.rollback()
    assert not sees(lone, ticket)


def test_the_counts_of_my_work_are_those_of_what_one_sees(any_app: Flask, desk: Desk) -> None:
    billing = departments.add("billing", "Billing", by="system")
    for place in (desk.support, desk.support, billing, billing, billing):
        desk.ticket(department=place)
    assigning.assign(desk.ticket("held", department=billing), desk.ann, by="system")
    olga = desk.agent("Olga", "auditor", member=False)
    views = ("mine", "team", "unassigned", "all")
    assert [work_order.count(desk.ann, view) for view in views] == [1, 2, 2, 3]
    assert [work_order.count(olga, view) for view in views] == [0, 0, 5, 6]
    assert len(work_order.ids(desk.ann, "all", 3, 0, 50)) == 3
    # As it is with more tickets than are sorted whole.
    assert sorted(work_order.ids(desk.ann, "all", 10**6, 0, 50)) == sorted(work_order.ids(desk.ann, "all", 3, 0, 50))
