"""A click, a timer, a message, a worker and a late result meet at one waiting point: one wins, nobody sees a lock."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from races.many import Many
from sqlalchemy import select

from app import clock, engine, relay
from app.db import db
from app.engine import jobs, timers
from app.engine.models import Incident, Instance, Job, Step, Subscription, Timer, UserTask
from workers import runner

WINNERS = {"ask": {"ask", "ask_late", "ask_called"}, "work": {"work", "work_late", "work_called"}}
Act = Callable[[], object]


def click(ident: str) -> str:
    engine.complete_task(ident, {}, by="agent:1")
    relay.commit()
    return "ask"


def ring(timer_id: int, element: str) -> str:
    fired = timers.wake(timer_id)
    relay.commit()
    return element if fired else ""


def call(key: str) -> str:
    taken = engine.deliver("race.called", key, {}, by="contact:1")
    relay.commit()
    return f"called {taken}"


def work(job_id: int) -> str:
    runner.run(job_id)
    return ""


def come_late(job_id: int, fence: int) -> str:
    """Bring the result of a claim whose lease may be over."""
    job = db.session.get_one(Job, job_id)
    if jobs.held(job.id, job.instance_id, fence) is None:
        db.session.rollback()
        return ""
    jobs.finish(job, {})
    state = job.state
    relay.commit()
    return "work" if state == "done" else ""


def acts(key: str, chance: random.Random) -> list[Act]:
    """Begin an instance and return what may happen to it, in any order."""
    engine.deliver("race.begun", key, {}, by="system")
    relay.commit()
    [instance] = engine.instances_of(key)
    [task] = engine.open_tasks(key)
    job_id = db.session.scalars(select(Job.id).where(Job.instance_id == instance.id)).one()
    due = db.session.execute(select(Timer.id, Timer.element).where(Timer.instance_id == instance.id)).all()
    held = jobs.claim(job_id)
    assert held is not None
    held.due_at = clock.now() - timedelta(seconds=1)
    late = partial(come_late, job_id, held.fence)
    possible: list[Act] = [partial(click, task.public_id), partial(work, job_id), partial(call, key), late]
    possible += [partial(ring, ident, element) for ident, element in due]
    relay.commit()
    return [*possible, *chance.choices(possible, k=2)]


def race(many: Many, key: str, chance: random.Random) -> None:
    answers = many.at_once(*acts(key, chance))
    lost = [one for one in answers if not isinstance(one, str)]
    assert all(isinstance(one, engine.TaskTaken) for one in lost), lost
    [instance] = engine.instances_of(key)
    done = db.session.scalars(
        select(Step.element).where(Step.instance_id == instance.id, Step.kind == "completed").order_by(Step.id)
    ).all()
    for elements in WINNERS.values():
        [winner] = [element for element in done if element in elements]
        if winner in {"ask", "ask_late", "work_late"}:
            assert answers.count(winner) == 1
    assert (instance.status, instance.state) == ("completed", None)
    nothing_waits(instance)


def nothing_waits(instance: Instance) -> None:
    assert engine.waiting(instance) == []
    for model, live in (
        (Job, Job.state.in_(("queued", "leased", "failed"))),
        (UserTask, UserTask.state == "open"),
        (Timer, Timer.state == "waiting"),
        (Subscription, Subscription.id > 0),
        (Incident, Incident.state == "open"),
    ):
        assert db.session.scalars(select(model).where(model.instance_id == instance.id, live)).all() == []  # type: ignore[attr-defined]
    db.session.rollback()


def test_one_of_all_who_come_at_once_wins(many: Many) -> None:
    chance = random.Random(1)
    for number in range(10):
        race(many, f"ticket:{number}", chance)


@pytest.mark.faults
def test_one_of_all_who_come_at_once_wins_a_thousand_times(many: Many) -> None:
    chance = random.Random(2)
    for number in range(1000):
        race(many, f"ticket:{number}", chance)
