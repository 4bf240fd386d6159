"""A changed promise moves the open clocks and their timers, in batches; none fires twice, none is forgotten."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from servers import Postgres
from sla_desk import HOUR, MONDAY
from sqlalchemy import select

from app import create_app, departments, engine, intake, relay, sla
from app.config import settings
from app.db import db
from app.engine.models import Job, Timer
from app.events import Event
from app.migrating import upgrade
from app.sla import Clock, recounting
from workers import clock, runner

TICKETS = 7
SOME = 3
"""Tickets in a batch of the test, so that there are several."""

DAYTIME = {"timezone": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def _application(home: Path, patch: pytest.MonkeyPatch, url: str) -> Flask:
    for name, value in {"DATA": str(home), "SECRET_KEY": "s" * 40, "DATABASE_URL": url, "REDIS_URL": ""}.items():
        patch.setenv(f"FLOWDESK_{name}", value)
    settings.cache_clear()
    return create_app(doors=False)


def _migrate(url: str) -> None:
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        flask = _application(Path(home), patch, url)
        upgrade(flask)
        with flask.app_context():
            db.engine.dispose()
    settings.cache_clear()


@pytest.fixture(params=["sqlite", "postgres"])
def time(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FrozenDateTimeFactory]:
    """Give an installation on each database in turn with some high tickets, on Monday at nine, and its time."""
    url = ""
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres_server")
        url, _ = postgres.copy(_migrate)
        request.addfinalizer(lambda: postgres.drop(url))
    else:
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "flowdesk.db")
    flask = _application(tmp_path, monkeypatch, url)
    monkeypatch.setattr(recounting, "BATCH", SOME)
    with freeze_time(MONDAY) as frozen, flask.app_context():
        for number in range(TICKETS):
            who = {"email": f"eve{number}@example.com", "name": "Eve"}
            intake.open_request(subject="The printer", body="It jams.", priority="high", by="system", **who)
        done()
        yield frozen
        db.session.remove()
        db.engine.dispose()
    settings.cache_clear()


def done() -> None:
    """Commit, and do all the work there is."""
    relay.commit()
    due = select(Job.id).where(Job.state == "queued", Job.due_at <= datetime.now(MONDAY.tzinfo))
    while found := db.session.scalars(due).all():
        db.session.rollback()
        for job_id in found:
            runner.run(job_id)
    assert engine.incidents() == []
    db.session.rollback()


def due_after(kind: str) -> set[float]:
    """Return after how many hours the clocks of a kind are due."""
    return {
        (row.due_at - MONDAY) / HOUR for row in db.session.scalars(select(Clock).filter_by(kind=kind)) if row.due_at
    }


def timers() -> list[datetime]:
    """Return the moments something waits for."""
    waiting = select(Timer.due_at).where(Timer.state == "waiting", Timer.element == "Event_NearBreach")
    return sorted(db.session.scalars(waiting))


def told() -> Counter[tuple[str, str]]:
    """Return how often each alert and breach was told, by kind, and that none was told twice of a clock."""
    names = ("clock.near_breach", "clock.breached")
    rows = list(db.session.scalars(select(Event).where(Event.name.in_(names))))
    assert len({(row.name, row.data["clock"]) for row in rows}) == len(rows)
    return Counter((row.name, row.data["kind"]) for row in rows)


def test_clocks_and_timers_follow_a_policy_and_opening_hours_and_each_fires_once(time: FrozenDateTimeFactory) -> None:
    assert (due_after("first_response"), due_after("resolution")) == ({2}, {8})
    time.move_to(MONDAY + timedelta(minutes=30))
    sla.set_policy("high", first_response=4 * 3600, resolution=16 * 3600, by="agent:1")
    done()
    assert (due_after("first_response"), due_after("resolution")) == ({4}, {16})
    assert timers() == [MONDAY + 3 * HOUR] * TICKETS + [MONDAY + 12 * HOUR] * TICKETS
    sla.set_calendar(departments.default(), DAYTIME, by="agent:1")
    done()
    assert (due_after("first_response"), due_after("resolution")) == ({4}, {32})
    assert timers() == [MONDAY + 3 * HOUR] * TICKETS + [MONDAY + 28 * HOUR] * TICKETS
    for hours in (1.5, 2, 2.9):  # the moments of before
        time.move_to(MONDAY + hours * HOUR)
        clock.fire_due()  # those of the queue, for nobody is there to take a ticket
        done()
        assert not told()
    for hours in (3, 3.5, 4, 4.5, 28, 32, 33):
        time.move_to(MONDAY + hours * HOUR)
        clock.fire_due()
        done()
    kinds = ("first_response", "resolution")
    assert told() == {(name, kind): TICKETS for name in ("clock.near_breach", "clock.breached") for kind in kinds}
    batches = db.session.scalars(select(Job).where(Job.topic == "sla.recount_batch")).all()
    assert [len(job.params["tickets"]) for job in batches] == [3, 3, 1] * 2


def test_a_shorter_promise_under_which_they_are_late_breaches_them_once(time: FrozenDateTimeFactory) -> None:
    time.move_to(MONDAY + 1.6 * HOUR)
    clock.fire_due()
    done()
    sla.set_policy("high", first_response=3600, resolution=8 * 3600, by="agent:1")
    done()
    for minutes in (0, 1, 30):
        time.move_to(MONDAY + 1.6 * HOUR + timedelta(minutes=minutes))
        clock.fire_due()
        done()
    counted = told()
    assert counted["clock.near_breach", "first_response"] == counted["clock.breached", "first_response"] == TICKETS
    assert {row.breached_at for row in db.session.scalars(select(Clock).filter_by(kind="first_response"))} == {
        MONDAY + HOUR
    }


def test_only_the_tickets_a_promise_concerns_are_looked_at(time: FrozenDateTimeFactory) -> None:
    sla.set_policy("low", first_response=60, by="agent:1")
    done()
    assert db.session.scalars(select(Job).where(Job.topic == "sla.recount_batch")).all() == []
    billing = departments.add("billing", "Billing", by="system")
    sla.set_policy("high", first_response=60, department=billing, by="agent:1")
    done()
    assert due_after("first_response") == {2}
