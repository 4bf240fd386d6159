"""A job that fails is tried again where that may help, and otherwise shown to a person, who retries or skips it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from freezegun import freeze_time
from jobs.workshop import BY, KEY, Workshop, leaves_a_trace

from app import clock, engine, events, relay
from app.db import db
from app.engine import Phases, jobs
from app.engine.models import Job
from app.errors import Conflict, Trouble, Unreachable
from workers import runner

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def failing(error: Exception) -> Callable[[], None]:
    def call() -> None:
        events.record("did.fail", by="system", subject=KEY)
        raise error

    return call


def test_a_job_that_fails_leaves_no_effect_and_an_incident_with_its_sentence(shop: Workshop) -> None:
    shop.offers("do.one", failing(Trouble("The printer is on fire.")))
    shop.begin("one")
    assert shop.work() == 1
    assert shop.incidents() == [("one", "open", "The printer is on fire.")]
    assert (shop.job("one").state, shop.did("fail")) == ("failed", 0)
    assert shop.work() == 0


def test_what_is_retried_goes_on_when_it_works_then(shop: Workshop) -> None:
    shop.offers("do.one", failing(Trouble("Not today.")))
    shop.begin("one")
    shop.work()
    [incident] = engine.incidents()
    shop.offers("do.one", leaves_a_trace("one"))
    engine.retry_incident(incident.public_id, by=BY)
    relay.commit()
    assert shop.work() == 1
    assert (shop.waiting(), shop.did("one")) == (["last"], 1)
    assert [state for _, state, _ in shop.incidents()] == ["retried"]


def test_what_is_skipped_goes_on_with_the_answer_the_person_gave(shop: Workshop) -> None:
    shop.offers("do.one", failing(Trouble("Not today.")))
    shop.begin("one")
    shop.work()
    [incident] = engine.incidents()
    engine.skip_incident(incident.public_id, {"said": "by hand"}, by=BY)
    relay.commit()
    assert shop.waiting() == ["last"]
    [instance] = engine.instances_of(KEY)
    [done] = [row for row in engine.history(instance) if (row["kind"], row["element"]) == ("completed", "one")]
    assert done["outputs"] == {"said": "by hand"}
    assert shop.job("one").result == {"said": "by hand"}


def test_an_incident_is_resolved_once_and_the_second_person_is_told(shop: Workshop) -> None:
    shop.offers("do.one", failing(Trouble("Not today.")))
    shop.begin("one")
    shop.work()
    [incident] = engine.incidents()
    ident = incident.public_id
    engine.skip_incident(ident, None, by=BY)
    relay.commit()
    for resolve in (lambda: engine.retry_incident(ident, by="agent:2"), lambda: engine.skip_incident(ident, {}, by=BY)):
        with pytest.raises(Conflict, match=f"skipped by {BY}"):
            resolve()
        db.session.rollback()


def test_an_interruption_overtakes_a_failed_job_and_its_incident(shop: Workshop) -> None:
    shop.offers("do.one", failing(Trouble("Not today.")))
    shop.begin("one")
    shop.work()
    [incident] = engine.incidents()
    ident = incident.public_id
    shop.interrupt()
    assert (shop.waiting(), shop.job("one").state) == (["instead"], "dropped")
    assert [state for _, state, _ in shop.incidents()] == ["overtaken"]
    with pytest.raises(Conflict, match="overtaken by process:demo"):
        engine.retry_incident(ident, by=BY)


def test_a_fault_of_the_outside_world_is_tried_five_times_with_longer_and_longer_pauses(shop: Workshop) -> None:
    shop.offers("do.one", failing(Unreachable("The mail server does not answer.")))
    with freeze_time(NOON) as held:
        shop.begin("one")
        for pause in jobs.BACKOFF_SECONDS:
            assert shop.work() == 1
            due = clock.now() + timedelta(seconds=pause)
            assert (shop.job("one").state, shop.job("one").due_at) == ("queued", due)
            held.move_to(due - timedelta(seconds=1))
            assert shop.work() == 0
            held.move_to(due)
        assert shop.incidents() == []
        assert shop.work() == 1
        assert shop.incidents() == [("one", "open", "The mail server does not answer.")]
        assert shop.job("one").attempts == jobs.MAX_ATTEMPTS


def test_after_a_retry_by_hand_all_tries_are_there_again(shop: Workshop) -> None:
    shop.offers("do.one", failing(Unreachable("Gone.")))
    with freeze_time(NOON) as held:
        shop.begin("one")
        for pause in (*jobs.BACKOFF_SECONDS, 0):
            shop.work()
            held.tick(pause)
        [incident] = engine.incidents()
        engine.retry_incident(incident.public_id, by=BY)
        relay.commit()
        shop.work()
        assert (shop.job("one").state, shop.job("one").attempts) == ("queued", 1)


def test_an_operation_no_worker_offers_becomes_an_incident_and_waits_for_one_who_does(shop: Workshop) -> None:
    shop.begin("one")
    shop.work()
    assert shop.incidents() == [("one", "open", "No worker offers the operation “do.one”.")]
    shop.offers("do.one", leaves_a_trace("one"))
    engine.retry_incident(engine.incidents()[0].public_id, by=BY)
    relay.commit()
    shop.work()
    assert shop.waiting() == ["last"]


def wrong_answer(answer: Any) -> Callable[[], Any]:
    return lambda: {"answer": answer}


@pytest.mark.parametrize("answer", [Decimal(1), NOON, {1, 2}, float("nan")], ids=repr)
def test_an_answer_that_is_no_json_is_an_incident_and_not_tried_for_ever(shop: Workshop, answer: Any) -> None:
    shop.offers("do.one", wrong_answer(answer))
    shop.begin("one")
    assert shop.work() == 1
    [(element, state, text)] = shop.incidents()
    assert (element, state) == ("one", "open")
    assert "JSON" in text


def test_a_slow_operation_that_is_given_what_it_does_not_take_is_an_incident_at_once(shop: Workshop) -> None:
    def slow(paper: str) -> Phases:
        yield
        yield
        return {"paper": paper}

    shop.offers("do.one", slow)
    shop.begin("one")
    assert shop.work() == 1
    [(element, state, text)] = shop.incidents()
    assert (element, state) == ("one", "open")
    assert "paper" in text


@pytest.mark.parametrize("phase", [1, 2, 3])
def test_a_slow_operation_may_fail_in_every_phase(shop: Workshop, phase: int) -> None:
    def slow() -> Phases:
        for number in (1, 2, 3):
            events.record(f"did.{number}", by="system", subject=KEY)
            if number == phase:
                raise Trouble(f"Phase {phase} failed.")
            if number < 3:
                yield
        return {}

    shop.offers("do.one", slow)
    shop.begin("one")
    assert shop.work() == 1
    assert shop.incidents() == [("one", "open", f"Phase {phase} failed.")]
    assert [shop.did(str(number)) for number in (1, 2, 3)] == [int(number < phase) for number in (1, 2, 3)]


def test_of_jobs_done_in_one_go_only_the_one_that_fails_fails(shop: Workshop) -> None:
    shop.offers("do.one", leaves_a_trace("one"))
    shop.offers("do.two", leaves_a_trace("two"))
    shop.offers("do.three", failing(Trouble("Three is too many.")))
    shop.begin("one", "two", "three")
    shop.work()
    assert shop.incidents() == [("three", "open", "Three is too many.")]
    assert [shop.job(name).state for name in ("one", "two", "three")] == ["done", "done", "failed"]
    assert [shop.did(name) for name in ("one", "two", "fail")] == [1, 1, 0]


def test_a_job_the_one_before_it_made_needless_is_not_done(shop: Workshop) -> None:
    def one() -> dict[str, str]:
        events.record("customer.replied", by="system", subject=KEY)
        return {}

    shop.offers("do.one", one)
    shop.offers("do.two", leaves_a_trace("two"))
    shop.begin("one", "two")
    runner.run(shop.job("one").id)
    assert (shop.did("two"), shop.job("two").state, shop.waiting()) == (0, "dropped", ["instead"])


def test_a_job_outside_any_process_fails_for_itself(shop: Workshop) -> None:
    shop.offers("do.alone", failing(Trouble("Alone and lost.")))
    asked = engine.enqueue("do.alone", {})
    relay.commit()
    ident = asked.id
    runner.run(ident)
    assert shop.incidents() == [("", "open", "Alone and lost.")]
    shop.offers("do.alone", leaves_a_trace("alone"))
    engine.skip_incident(engine.incidents()[0].public_id, {"said": "never mind"}, by=BY)
    relay.commit()
    assert db.session.get_one(Job, ident).state == "done"
    assert shop.did("alone") == 0
