"""Clocks share what is due: each timer fires once, whoever dies, fails or holds its process meanwhile."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from sqlalchemy import event, select, text, update
from timers import burst

from app import clock, engine, relay
from app.db import db
from app.engine import jobs, library, timers, walk
from app.engine.models import Incident, Instance, Job, Timer
from workers import clock as duties

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def states() -> list[str]:
    found = list(db.session.scalars(select(Timer.state).order_by(Timer.instance_id)))
    db.session.rollback()
    return found


def incidents() -> list[tuple[str, str]]:
    return [(one.element, one.state) for one in db.session.scalars(select(Incident).order_by(Incident.id))]


def due_now(count: int) -> list[int]:
    return burst.copies(count, lambda number: clock.now() - timedelta(seconds=count - number))


def broken(ident: int) -> Callable[[], None]:
    """Make an instance whose state cannot be read, and return what mends it."""
    kept = db.session.get_one(Instance, ident).state
    db.session.execute(update(Instance).where(Instance.id == ident).values(state=b"no state"))
    db.session.commit()

    def mend() -> None:
        db.session.execute(update(Instance).where(Instance.id == ident).values(state=kept))
        db.session.commit()

    return mend


def test_clocks_that_look_at_the_same_time_fire_each_timer_once(patience: Flask) -> None:
    ids = due_now(120)

    def look(_: int) -> int:
        with patience.app_context():
            fired, deadline = duties.fire_due(), time.monotonic() + 60
            while burst.waiting(ids) and time.monotonic() < deadline:
                fired += duties.fire_due()
            db.session.remove()
            return fired

    with ThreadPoolExecutor(3) as clocks:
        fired = list(clocks.map(look, range(3)))
    went = burst.outcome(ids)
    assert (sum(fired), went.fired, went.offered, len(went.late)) == (120, 120, 120, 120)
    assert all(late >= 1 for late in went.late)


def test_what_a_clock_claimed_before_it_died_is_fired_by_another_when_the_claim_is_over(patience: Flask) -> None:
    with freeze_time(NOON) as held:
        due_now(3)
        assert len(timers.claim(clock.now(), 50)) == 3
        db.session.commit()
        held.tick(timers.CLAIM_SECONDS - 1)
        assert duties.fire_due() == 0
        held.tick(1)
        assert duties.fire_due() == 3
        assert states() == ["fired"] * 3


def test_a_clock_that_lost_its_claim_to_another_fires_nothing_again(patience: Flask) -> None:
    with freeze_time(NOON) as held:
        ids = due_now(2)
        stopped = timers.claim(clock.now(), 50)
        db.session.commit()
        held.tick(timers.CLAIM_SECONDS)
        assert duties.fire_due() == 2
        assert timers.fire(stopped) == (0, [])
        relay.commit()
        assert burst.outcome(ids).offered == 2


def test_a_timer_that_fails_costs_the_others_nothing_and_is_tried_five_times(patience: Flask) -> None:
    with freeze_time(NOON) as held:
        ids = due_now(12)
        mend = broken(ids[5])
        assert duties.fire_due() == 11
        assert states().count("fired") == 11
        for pause in jobs.BACKOFF_SECONDS:
            assert incidents() == []
            held.tick(pause - 0.5)
            assert (duties.fire_due(), timers.due()) == (0, [])
            held.tick(0.5)
            assert len(timers.due()) == 1
            assert duties.fire_due() == 0
        assert incidents() == [("late", "open")]
        assert "late" in engine.incidents()[0].element
        held.tick(3600)
        assert timers.due() == []
        mend()
        engine.retry_incident(engine.incidents()[0].public_id, by="agent:1")
        relay.commit()
        assert duties.fire_due() == 1
        assert (states().count("fired"), incidents()) == (12, [("late", "retried")])


def spend(held: FrozenDateTimeFactory) -> None:
    """Let what is due fail until it is given up."""
    for pause in (*jobs.BACKOFF_SECONDS, 0):
        duties.fire_due()
        held.tick(pause)


def test_a_timer_that_was_given_up_is_overtaken_when_the_process_moves_on(patience: Flask) -> None:
    with freeze_time(NOON) as held:
        ids = due_now(1)
        mend = broken(ids[0])
        spend(held)
        assert (states(), incidents()) == (["failed"], [("late", "open")])
        mend()
        [task] = [one for one in engine.open_tasks("case:0") if one.element == "ask"]
        engine.complete_task(task.public_id, burst.ANSWER, by="agent:1")
        relay.commit()
        assert (states(), incidents()) == (["cancelled"], [("late", "overtaken")])


def test_a_timer_from_which_no_clock_ever_came_back_becomes_an_incident(patience: Flask) -> None:
    with freeze_time(NOON) as held:
        due_now(2)
        for _ in range(timers.MAX_CLAIMS):
            assert len(timers.claim(clock.now(), 1)) == 1
            db.session.commit()
            held.tick(timers.CLAIM_SECONDS)
            db.session.execute(update(Timer).where(Timer.attempts > 0).values(look_at=NOON - timedelta(days=1)))
            db.session.commit()
        assert duties.fire_due() == 1
        assert sorted(states()) == ["failed", "fired"]
        assert "No clock came back" in engine.incidents()[0].text


def test_of_two_timers_of_one_process_the_first_may_take_the_second_away(patience: Flask) -> None:
    second = burst.node("boundaryEvent", "later", out="f5", inner=burst.timer("timeDuration", '"PT25H"'),
                        attachedToRef="ask")  # fmt: skip
    second += burst.node("endEvent", "never", "f5") + burst.flow("f5", "later", "never")
    library.store(burst.drawing(beside=second), note="n", by="system")
    with freeze_time(NOON) as held:
        started = burst.begin("case:1")
        held.tick(timedelta(hours=26))
        assert duties.fire_due() == 1
        found = db.session.execute(select(Timer.element, Timer.state).order_by(Timer.due_at)).all()
        assert [tuple(row) for row in found] == [("late", "fired"), ("later", "cancelled")]
        assert [one["element"] for one in engine.waiting(started)] == ["look"]


def test_late_is_written_down_with_the_seconds(patience: Flask) -> None:
    with freeze_time(NOON) as held:
        started = burst.begin("case:1")
        held.tick(timedelta(hours=24, seconds=90))
        duties.fire_due()
        [row] = [row for row in engine.history(started) if row["kind"] == "timer"]
        assert (row["element"], row["actor"], row["outputs"]["late_seconds"]) == ("late", "clock", 90)


def test_a_process_somebody_holds_for_long_keeps_the_others_waiting_for_no_more_than_a_moment(
    on_postgres: Flask,
) -> None:
    ids = due_now(30)
    with db.engine.connect() as other:
        other.execute(text("SELECT id FROM instance WHERE id = :id FOR UPDATE"), {"id": ids[3]})
        assert duties.fire_due() == 29
        db.session.execute(update(Timer).where(Timer.state == "waiting").values(look_at=clock.now()))
        db.session.commit()
        assert duties.fire_due() == 0
        assert incidents() == []
        other.rollback()
    db.session.execute(update(Timer).where(Timer.state == "waiting").values(look_at=clock.now()))
    db.session.commit()
    assert duties.fire_due() == 1


def test_several_instances_are_taken_in_hand_at_once_or_left_to_whoever_holds_them(on_postgres: Flask) -> None:
    ids = due_now(3)
    db.session.rollback()
    with db.engine.connect() as other:
        other.execute(text("SELECT id FROM instance WHERE id = :id FOR UPDATE"), {"id": ids[0]})
        assert set(walk.live_free(ids)) == set(ids[1:])
        db.session.rollback()
        other.rollback()


@pytest.mark.parametrize("looks", [1, 2])
def test_the_clock_reads_what_is_due_by_its_index(patience: Flask, looks: int) -> None:
    burst.copies(2_000, lambda number: clock.now() + timedelta(days=1, seconds=number))
    if looks == 2:
        db.session.execute(text("ANALYZE"))
        db.session.commit()
    said = plan(select(Timer.id).where(Timer.state == "waiting", Timer.look_at <= clock.now()).order_by(Timer.look_at))
    assert "ix_timer_state_look_at" in said, said


def test_the_sweep_reads_no_finished_job(any_app: Flask) -> None:
    db.session.add_all(Job(topic="do.it", params={}, state="done") for _ in range(2_000))
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    assert (jobs.missed(), jobs.due_retry()) == ([], [])
    selects = [one for one in asked if one[0].startswith("SELECT")]
    assert len(selects) == 6
    for statement, values in selects:
        how = "EXPLAIN " if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
        said = str(db.session.connection().exec_driver_sql(how + statement, values).all())
        assert "ix_job_state_due_at" in said, said


def plan(query: Any) -> str:
    """Return how the database would answer a query."""
    explain = "EXPLAIN" if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    compiled = query.limit(200).compile(db.engine, compile_kwargs={"literal_binds": True})
    return "\n".join(str(row) for row in db.session.execute(text(f"{explain} {compiled}")))
