from datetime import timedelta

import pytest
from flask import Flask
from freezegun import freeze_time
from rooms_fixtures import Desk
from sqlalchemy import select

from app import clock, people, routing
from app.db import db
from app.errors import Conflict, Invalid
from app.people import Absence, Agent

DAY = timedelta(days=1)


def absent() -> dict[str, bool]:
    return {agent.name: agent.absent for agent in people.all_agents()}


def test_somebody_is_away_between_the_days_that_were_planned(any_app: Flask, desk: Desk) -> None:
    start = clock.now().replace(microsecond=0) + DAY
    first = people.absences.plan(desk.ann, start, start + 2 * DAY, by="system", note="Sea")
    people.absences.plan(desk.ann, start + 9 * DAY, None, by="system")
    db.session.commit()
    seen = {}
    for day in (0, 1, 2, 3, 8, 10, 400):
        with freeze_time(start + (day - 1) * DAY + timedelta(hours=1)):
            seen[day] = absent()
            db.session.rollback()
    assert {day: found["Ann"] for day, found in seen.items()} == {
        0: False,
        1: True,
        2: True,
        3: False,
        8: False,
        10: True,
        400: True,
    }
    assert not any(found["Bob"] for found in seen.values())
    assert first.note == "Sea"


def test_nothing_is_given_by_turns_to_who_is_away(any_app: Flask, desk: Desk) -> None:
    people.absences.plan(desk.ann, clock.now() - DAY, clock.now() + DAY, by="system")
    people.absences.plan(desk.bob, clock.now() + DAY, None, by="system")
    assert routing.assign(desk.ticket(), by="system") is desk.bob
    assert routing.assign(desk.ticket(), by="system") is desk.bob


def test_back_ends_what_runs_and_keeps_what_comes(any_app: Flask, desk: Desk) -> None:
    now = clock.now()
    people.absences.plan(desk.ann, now - DAY, now + DAY, by="system")
    people.absences.plan(desk.ann, now - DAY, None, by="system")
    later = people.absences.plan(desk.ann, now + 5 * DAY, now + 6 * DAY, by="system")
    desk.told()
    assert people.set_absent(desk.ann, False, by=desk.bob.actor)
    assert not desk.ann.absent
    assert people.absences.ahead(desk.ann) == [later]
    assert not people.set_absent(desk.ann, False, by=desk.bob.actor)
    assert desk.told() == ["agent.absent_changed", "agent.available"]


def test_what_has_begun_is_ended_and_what_has_not_is_forgotten(desk: Desk) -> None:
    now = clock.now()
    running = people.absences.plan(desk.ann, now - DAY, None, by="system")
    coming = people.absences.plan(desk.ann, now + DAY, None, by="system")
    for one in (running, coming):
        people.absences.cancel(one, by="system")
    assert db.session.scalars(select(Absence)).all() == [running]
    assert running.ends_at is not None
    with pytest.raises(Conflict, match="is over"):
        people.absences.cancel(running, by="system")
    assert not desk.ann.absent


@pytest.mark.parametrize("days", [(2, 1), (1, 1), (-3, -2)])
def test_an_absence_that_cannot_be_is_refused(desk: Desk, days: tuple[int, int]) -> None:
    now = clock.now()
    begins, ends = (now + day * DAY for day in days)
    with pytest.raises(Invalid) as refused:
        people.absences.plan(desk.ann, begins, ends, by="system")
    assert list(refused.value.fields) == ["ends_at"]
    assert people.absences.ahead(desk.ann) == []


def test_reading_many_agents_asks_once(desk: Desk) -> None:
    people.set_absent(desk.ann, True, by="system")
    db.session.commit()
    sent = str(select(Agent))
    assert "EXISTS" in sent
    assert absent() == {"Ann": True, "Bob": False}
