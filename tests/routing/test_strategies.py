"""Strategies of a department: turns by load, chance without repetition, the preferred agent, seniors for VIPs."""

import itertools
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from rooms_fixtures import Desk
from sqlalchemy import select

from app import contacts, people, routing
from app.db import db
from app.errors import Invalid
from app.routing import Dispatch
from app.tickets import finding, status
from app.tickets.ticket import OPEN_STATUSES, Ticket

BY = "process:request"


def _given(desk: Desk, count: int, **more: object) -> list[str]:
    agents = [routing.assign(desk.ticket(), by=BY, **more) for _ in range(count)]  # type: ignore[arg-type]
    return [agent.name if agent else "nobody" for agent in agents]


def test_chance_never_takes_the_same_agent_twice_running(any_app: Flask, desk: Desk) -> None:
    desk.support.strategy = "random"
    desk.agent("Carl")
    names = _given(desk, 60)
    assert all(one != other for one, other in itertools.pairwise(names))
    assert set(names) == {"Ann", "Bob", "Carl"}


def test_chance_takes_the_last_one_again_only_where_nobody_else_is_able(desk: Desk) -> None:
    desk.support.strategy = "random"
    people.set_absent(desk.bob, True, by="system")
    assert _given(desk, 2) == ["Ann", "Ann"]
    log = routing.dispatches(finding.by_number("TKT-0002"))[-1]
    assert log.reason == "Ann was chosen last, but nobody else is able"


def test_a_chance_logs_between_whom_it_was_drawn(desk: Desk) -> None:
    desk.support.strategy = "random"
    desk.support.last_assigned_id = desk.ann.id
    desk.agent("Carl")
    _given(desk, 1)
    (log,) = routing.dispatches(finding.by_number("TKT-0001"))
    assert log.inputs["drawn_from"] == "Bob, Carl"
    assert "; Ann was chosen last" in log.reason


def test_the_preferred_agent_comes_first_and_their_absence_gives_way(desk: Desk) -> None:
    desk.support.prefers_agent = True
    desk.eve.preferred_agent_id = desk.bob.id
    assert _given(desk, 3) == ["Bob", "Bob", "Bob"]
    people.set_absent(desk.bob, True, by="system")
    assert _given(desk, 1) == ["Ann"]
    assert routing.dispatches(finding.by_number("TKT-0001"))[0].rule == "preferred agent first"


def test_a_vip_goes_to_a_senior_and_to_others_only_where_no_senior_is_able(desk: Desk) -> None:
    desk.support.vip_to_senior = True
    sven = desk.agent("Sven", "senior")
    contacts.set_vip(desk.eve, True, by="system")
    assert _given(desk, 3) == ["Sven", "Sven", "Sven"]
    sven.capacity = 3
    assert _given(desk, 1) == ["Ann"]
    (log,) = routing.dispatches(finding.by_number("TKT-0004"))
    assert log.reason.startswith("a VIP goes to a senior, but none is able; ")


def test_what_a_table_asks_for_counts_before_the_department(desk: Desk) -> None:
    desk.agent("Sven", "senior")
    assert _given(desk, 1, seniors=True) == ["Sven"]
    with pytest.raises(Invalid, match="no strategy 'dice'"):
        routing.assign(desk.ticket(), by=BY, strategy="dice")


def test_what_nobody_can_take_waits_once_and_is_offered_when_somebody_comes_back(desk: Desk) -> None:
    for agent in (desk.ann, desk.bob):
        people.set_absent(agent, True, by="system")
    ticket = desk.ticket()
    desk.told()
    assert routing.assign(ticket, by=BY) is None
    assert routing.assign(ticket, by=BY) is None
    assert desk.told() == ["ticket.queued"]
    assert len(routing.dispatches(ticket)) == 1
    people.set_absent(desk.ann, False, by="system")
    assert "agent.available" in desk.told()
    assert routing.call_next(desk.ann, by=BY) is ticket
    assert desk.told() == ["ticket.offered"]
    assert routing.assign(ticket, by=BY) is desk.ann
    assert ticket.queued_at is None
    assert routing.call_next(desk.ann, by=BY) is None


def test_room_is_told_when_a_full_agent_is_done_with_a_ticket(desk: Desk) -> None:
    desk.ann.capacity = 1
    ticket = desk.ticket()
    routing.assign(ticket, by=BY)
    desk.told()
    status.change(ticket, "resolved", by=desk.ann.actor)
    assert "agent.available" in desk.told()


STRATEGIES = ["round_robin", "random"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_two_hundred_tickets_at_once_are_shared_as_the_strategy_promises(
    any_app: Flask, desk: Desk, strategy: str
) -> None:
    """Four workers at once; one colleague is away, one has room for ten."""
    desk.support.strategy = strategy
    away, small = desk.agent("Carl"), desk.agent("Dora")
    desk.agent("Emil")
    people.set_absent(away, True, by="system")
    small.capacity = 10
    ids = [desk.ticket().id for _ in range(200)]
    db.session.commit()
    four = threading.Barrier(4)

    def work(mine: list[int]) -> None:
        four.wait()
        for ident in mine:
            with any_app.app_context():
                assert routing.assign(finding.by_id(ident), by=BY) is not None
                db.session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [ids[place::4] for place in range(4)]))
    db.session.expire_all()
    shares = Counter(db.session.scalars(select(Ticket.assignee_id).where(Ticket.status.in_(OPEN_STATUSES))))
    chosen = list(db.session.scalars(select(Dispatch.chosen).order_by(Dispatch.id)))
    assert sum(shares.values()) == len(chosen) == 200
    assert away.id not in shares
    assert shares[small.id] <= 10
    if strategy == "random":
        assert all(one != other for one, other in itertools.pairwise(chosen))
    else:
        unbounded = [number for ident, number in shares.items() if ident != small.id]
        assert shares[small.id] == 10
        assert max(unbounded) - min(unbounded) <= 1


def test_room_for_ten_is_never_overfull_though_forty_come_at_once(any_app: Flask, desk: Desk) -> None:
    people.set_absent(desk.bob, True, by="system")
    desk.ann.capacity = 10
    ids = [desk.ticket().id for _ in range(40)]
    db.session.commit()

    def give(ident: int) -> bool:
        with any_app.app_context():
            found = routing.assign(finding.by_id(ident), by=BY)
            db.session.commit()
            return found is not None

    with ThreadPoolExecutor(4) as pool:
        given = sum(pool.map(give, ids))
    assert given == 10
    db.session.expire_all()
    assert Counter(db.session.scalars(select(Ticket.queued_at.is_(None)))) == {True: 10, False: 30}
