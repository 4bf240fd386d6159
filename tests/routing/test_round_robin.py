from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from rooms_fixtures import Desk

from app import departments, people, routing
from app.db import db
from app.tickets import finding, status


def _assign(desk: Desk, count: int) -> list[str]:
    """Return whom so many new tickets go to."""
    agents = [routing.assign(desk.ticket(), by="process:request") for _ in range(count)]
    return [agent.name if agent else "nobody" for agent in agents]


def test_equals_take_turns(any_app: Flask, desk: Desk) -> None:
    assert _assign(desk, 5) == ["Ann", "Bob", "Ann", "Bob", "Ann"]


def test_the_fewest_open_tickets_come_first(desk: Desk) -> None:
    _assign(desk, 4)
    for ticket in finding.search("assignee:ann", "open").items:
        status.change(ticket, "resolved", by="system")
    assert _assign(desk, 3) == ["Ann", "Ann", "Bob"]


def test_among_equals_who_waited_longest_is_next(desk: Desk) -> None:
    desk.agent("Carl")
    assert _assign(desk, 3) == ["Ann", "Bob", "Carl"]
    for ticket in finding.search("", "open").items:
        status.change(ticket, "resolved", by="system")
    assert _assign(desk, 4) == ["Ann", "Bob", "Carl", "Ann"]


def test_absent_full_retired_and_reading_colleagues_are_passed_over(desk: Desk) -> None:
    carl, _auditor = desk.agent("Carl"), desk.agent("Olga", "auditor")
    people.set_absent(desk.ann, True, by="system")
    people.set_active(desk.bob, False, by="system")
    carl.capacity = 1
    assert _assign(desk, 2) == ["Carl", "nobody"]
    (log,) = routing.dispatches(finding.by_number("TKT-0002"))
    assert {c["name"]: c["obstacle"] for c in log.candidates} == {
        "Ann": "is absent",
        "Carl": "is at capacity",
        "Olga": "may not answer tickets",
    }
    assert (log.chosen, log.reason) == ("", "nobody in Support can take it")


def test_only_members_are_asked(desk: Desk) -> None:
    desk.agent("Stranger", member=False)
    empty = departments.add("empty", "Empty", by="system")
    assert routing.assign(desk.ticket(department=empty), by="system") is None


def test_a_ticket_that_is_held_stays_where_it_is(desk: Desk) -> None:
    ticket = desk.ticket()
    assert routing.assign(ticket, by="system") is desk.ann
    desk.told()
    assert routing.assign(ticket, by="system") is desk.ann
    assert desk.told() == []
    assert len(routing.dispatches(ticket)) == 1


def test_the_log_says_why(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.told()
    routing.assign(ticket, by="process:request")
    (log,) = routing.dispatches(ticket)
    assert log.reason == "Ann has the fewest open tickets (0), and waited longest for one"
    assert (log.chosen, log.inputs) == (desk.ann.actor, {"department": "support", "priority": "medium"})
    assert desk.told() == ["ticket.assigned"]


def test_a_rule_moves_ranks_and_tags_and_is_logged(any_app: Flask, desk: Desk) -> None:
    billing = departments.add("billing", "Billing", by="system")
    ticket = desk.ticket("Invoice wrong")
    for _ in range(2):
        routing.route(
            ticket, department=billing, priority="high", tags=["money"], rule="invoices", by="process:request"
        )
    assert (ticket.department, ticket.priority, ticket.tags) == (billing, "high", ["money"])
    first, _second = routing.dispatches(ticket)
    assert (first.rule, first.chosen) == ("invoices", "department:billing")


def test_tickets_arriving_at_once_are_shared_fairly_even_across_departments(postgres_app: Flask, desk: Desk) -> None:
    billing = departments.add("billing", "Billing", members=[desk.bob, desk.ann], by="system")
    ids = [desk.ticket(department=department).id for _ in range(10) for department in (desk.support, billing)]
    db.session.commit()

    def assign(ticket_id: int) -> str:
        with postgres_app.app_context():
            agent = routing.assign(finding.by_id(ticket_id), by="process:request")
            assert agent is not None
            name = agent.name
            db.session.commit()
            return name

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(assign, ids)) == {"Ann": 10, "Bob": 10}
