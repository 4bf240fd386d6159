"""The row is the promise: what no nudge reached is found again, and whoever lost its lease is not listened to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event as Signal

import pytest
from flask import Flask
from freezegun import freeze_time
from jobs.workshop import KEY, Workshop, leaves_a_trace
from sqlalchemy import update

from app import clock, events, queue, relay
from app.config import settings
from app.db import db
from app.engine import Phases, jobs
from app.engine.models import Job
from app.errors import Unreachable
from workers import clock as duties
from workers import runner

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def nudged() -> list[int]:
    """Let nudges be collected and return where."""
    found: list[int] = []
    queue.connect(found.append)
    return found


def test_a_nudge_that_was_lost_is_sent_again_by_the_sweeper(shop: Workshop) -> None:
    shop.offers("do.one", leaves_a_trace("one"))
    with freeze_time(NOON) as held:
        shop.begin("one")
        job_id = shop.job("one").id
        db.session.rollback()
        sent = nudged()
        assert duties.sweep() == 0, "a nudge under way is given its time"
        held.tick(3)
        assert (duties.sweep(), sent) == (1, [job_id])
        runner.run(job_id)
        held.tick(3)
        assert (duties.sweep(), shop.did("one")) == (0, 1)


def test_the_sweeper_adds_nothing_to_a_queue_the_workers_have_not_come_through(shop: Workshop) -> None:
    lying, sent = [duties.NUDGES], list[int]()
    with freeze_time(NOON) as held:
        shop.begin("one")
        job_id = shop.job("one").id
        db.session.rollback()
        queue.connect(sent.append, lambda: lying[0])
        held.tick(3)
        assert (duties.sweep(), sent) == (0, [])
        lying[0] -= 1
        assert (duties.sweep(), sent) == (1, [job_id])


def test_what_a_worker_had_in_hand_when_it_fell_silent_goes_before_a_long_queue(shop: Workshop) -> None:
    in_turn, first = list[int](), list[int]()
    with freeze_time(NOON) as held:
        shop.begin("one")
        job_id = shop.job("one").id
        assert jobs.claim(job_id) is not None
        relay.commit()
        queue.connect(in_turn.append, lambda: 10 * duties.NUDGES, first.append)
        held.tick(settings().lease_seconds)
        assert duties.sweep() == 1
        assert (in_turn, first) == ([], [job_id])


def test_a_job_is_nudged_only_after_its_commit_and_a_broken_broker_costs_nothing(shop: Workshop) -> None:
    def broken(job_id: int) -> None:
        raise ConnectionError("the broker is away")

    queue.connect(broken)
    shop.begin("one")
    assert shop.job("one").state == "queued"


def test_a_job_whose_worker_fell_silent_is_found_when_its_lease_is_over(shop: Workshop) -> None:
    with freeze_time(NOON) as held:
        shop.begin("one")
        job_id = shop.job("one").id
        assert jobs.claim(job_id) is not None
        relay.commit()
        sent = nudged()
        held.tick(settings().lease_seconds - 1)
        assert duties.sweep() == 0
        assert jobs.claim(job_id) is None
        db.session.rollback()
        held.tick(1)
        assert (duties.sweep(), sent) == (1, [job_id])


def test_a_job_that_pauses_after_a_failure_is_nudged_when_its_pause_is_over(shop: Workshop) -> None:
    def unreachable() -> None:
        raise Unreachable("Gone.")

    shop.offers("do.one", unreachable)
    with freeze_time(NOON) as held:
        shop.begin("one")
        shop.work()
        sent = nudged()
        held.tick(timedelta(seconds=jobs.BACKOFF_SECONDS[0] - 0.5))
        assert duties.sweep() == 0
        held.tick(0.5)
        assert (duties.sweep(), sent) == (1, [shop.job("one").id])


def test_a_job_nudged_twice_is_done_once(shop: Workshop) -> None:
    shop.offers("do.one", leaves_a_trace("one"))
    shop.begin("one")
    job_id = shop.job("one").id
    runner.run(job_id)
    runner.run(job_id)
    assert (shop.did("one"), shop.job("one").attempts, shop.waiting()) == (1, 1, ["last"])


def test_a_job_that_is_not_there_is_no_error(shop: Workshop) -> None:
    runner.run(4711)
    assert shop.incidents() == []


class Stalling:
    """A slow operation that stands still in the outside world while `go` is not set."""

    def __init__(self) -> None:
        self.calls = 0
        self.there, self.go = Signal(), Signal()

    def __call__(self) -> Phases:
        self.calls += 1
        mine = self.calls
        yield
        if mine == 1:
            self.there.set()
            assert self.go.wait(20)
        yield
        events.record(f"did.{mine}", by="system", subject=KEY)
        return {"by": mine}


@pytest.fixture
def stalled(any_app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Stalling:
    """Give an operation whose first worker stands still until its lease is over."""
    # A worker that was stopped renews nothing.
    monkeypatch.setattr("workers.lease.RENEWALS", 0.001)
    stalling = Stalling()

    def call() -> Phases:
        return (yield from stalling())

    shop.offers("do.one", call)
    return stalling


def run_in_context(flask: Flask, job_id: int) -> None:
    with flask.app_context():
        runner.run(job_id)


def lease_is_over(job_id: int) -> None:
    over = clock.now() - timedelta(seconds=1)
    db.session.execute(update(Job).where(Job.id == job_id).values(due_at=over))
    db.session.commit()


def test_a_worker_that_comes_back_after_another_took_over_changes_nothing(
    any_app: Flask, shop: Workshop, stalled: Stalling
) -> None:
    shop.begin("one")
    job_id = shop.job("one").id
    db.session.rollback()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(run_in_context, any_app, job_id)
        assert stalled.there.wait(20)
        lease_is_over(job_id)
        runner.run(job_id)
        assert (shop.job("one").result, shop.waiting()) == ({"by": 2}, ["last"])
        db.session.rollback()
        stalled.go.set()
        first.result(20)
    assert (stalled.calls, shop.did("1"), shop.did("2")) == (2, 0, 1)
    assert (shop.job("one").result, shop.job("one").fence, shop.waiting()) == ({"by": 2}, 2, ["last"])


def test_a_worker_that_comes_back_while_another_works_leaves_the_job_to_the_other(
    any_app: Flask, shop: Workshop, stalled: Stalling
) -> None:
    shop.begin("one")
    job_id = shop.job("one").id
    db.session.rollback()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(run_in_context, any_app, job_id)
        assert stalled.there.wait(20)
        lease_is_over(job_id)
        second = jobs.claim(job_id)
        assert second is not None
        fence = second.fence
        relay.commit()
        stalled.go.set()
        first.result(20)
    assert (shop.job("one").state, shop.did("1"), shop.waiting()) == ("leased", 0, ["one"])
    one = shop.job("one")
    assert jobs.held(one.id, one.instance_id, fence) is not None


def test_a_result_that_comes_after_the_process_moved_on_is_dropped(
    any_app: Flask, shop: Workshop, stalled: Stalling
) -> None:
    shop.begin("one")
    job_id = shop.job("one").id
    db.session.rollback()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(run_in_context, any_app, job_id)
        assert stalled.there.wait(20)
        shop.interrupt()
        stalled.go.set()
        first.result(20)
    assert (shop.job("one").state, shop.did("1"), shop.waiting()) == ("dropped", 0, ["instead"])
    assert shop.incidents() == []
