"""People resolve one incident while the process moves on: one decides, the others are told who and when."""

import random
from collections.abc import Callable
from functools import partial

import pytest
from long_results import Record
from races.many import Many
from races.test_mixed import call, click, nothing_waits, ring
from sqlalchemy import select

from app import engine, relay
from app.db import db
from app.engine import jobs
from app.engine.models import Incident, Job, Step, Timer
from app.errors import Conflict
from workers import runner

Act = Callable[[], str]


def retry(ident: str, by: str) -> str:
    engine.retry_incident(ident, by=by)
    relay.commit()
    return f"retried by {by}"


def skip(ident: str, by: str) -> str:
    engine.skip_incident(ident, {"by": by}, by=by)
    relay.commit()
    return f"skipped by {by}"


def stuck(key: str) -> str:
    """Begin an instance whose job failed for good; return the public id of its incident."""
    engine.deliver("race.begun", key, {}, by="system")
    relay.commit()
    [instance] = engine.instances_of(key)
    job = jobs.claim(db.session.scalars(select(Job.id).where(Job.instance_id == instance.id)).one())
    assert job is not None
    jobs.fail(job, "It does not work.", retry=False)
    relay.commit()
    ident = db.session.scalars(select(Incident.public_id).where(Incident.instance_id == instance.id)).one()
    db.session.rollback()
    return ident


def interruptions(key: str) -> list[Act]:
    [instance] = engine.instances_of(key)
    late = db.session.execute(select(Timer.id, Timer.element).where(Timer.instance_id == instance.id)).all()
    found: list[Act] = [partial(call, key), *(partial(ring, ident, element) for ident, element in late)]
    db.session.rollback()
    return found


def race(many: Many, key: str, chance: random.Random) -> str:
    ident = stuck(key)
    people: list[Act] = [partial(chance.choice((retry, skip)), ident, f"agent:{number}") for number in range(5)]
    others = interruptions(key) if chance.random() < 0.5 else []
    acts = [*people, *others]
    chance.shuffle(acts)
    answers = many.at_once(*acts)
    incident = db.session.scalars(select(Incident).filter_by(public_id=ident)).one()
    decided = [one for one in answers if isinstance(one, str) and " by " in one]
    expected = [] if incident.state == "overtaken" else [f"{incident.state} by {incident.resolved_by}"]
    assert decided == expected
    for one in (one for one in answers if not isinstance(one, str)):
        assert isinstance(one, Conflict), repr(one)
        assert (one.extra["by"], one.extra["at"]) == (incident.resolved_by, incident.resolved_at)
    how = incident.state
    finish(key)
    return how


def finish(key: str) -> None:
    """Let the workers and one person do what is left; each element is left once, and nothing waits."""
    [instance] = engine.instances_of(key)
    left = db.session.scalars(select(Job.id).where(Job.instance_id == instance.id, Job.state == "queued")).all()
    db.session.rollback()
    for job_id in left:
        runner.run(job_id)
    for task in engine.open_tasks(key):
        click(task.public_id)
    [instance] = engine.instances_of(key)
    query = select(Step.element).where(Step.instance_id == instance.id, Step.kind == "completed")
    done = db.session.scalars(query).all()
    assert len([e for e in done if e in {"work", "work_late", "work_called"}]) == 1, done
    assert (instance.status, instance.state) == ("completed", None)
    nothing_waits(instance)


def test_of_all_who_resolve_an_incident_one_decides(many: Many) -> None:
    chance = random.Random(3)
    for number in range(8):
        race(many, f"ticket:{number}", chance)


@pytest.mark.faults
def test_of_all_who_resolve_an_incident_one_decides_many_times(many: Many, record_result: Record) -> None:
    chance, times = random.Random(4), 500
    how = [race(many, f"ticket:{number}", chance) for number in range(times)]
    told = ", ".join(f"{how.count(one)} {one}" for one in sorted(set(how)))
    record_result(
        f"one incident, {db.engine.dialect.name}",
        done=f"{times} incidents, each resolved by 5 people at once, half of them while the process moves on",
        goal="one decides, the others are told who and when",
        measured=told,
    )
