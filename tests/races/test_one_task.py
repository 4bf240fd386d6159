"""Many people complete one task at the same moment: one does, each of the others is told who was first and when."""

from functools import partial

import pytest
from races.many import MOST, Many

from app import engine, relay
from app.db import db
from app.engine.models import Instance, Step

CLIENTS = range(2, MOST + 1)


def begin(key: str) -> str:
    """Start an instance and return the public id of its task."""
    engine.deliver("race.begun", key, {}, by="system")
    relay.commit()
    [task] = engine.open_tasks(key)
    ident = task.public_id
    db.session.rollback()
    return ident


def complete(ident: str, by: str) -> str:
    engine.complete_task(ident, {"said": by}, by=by)
    relay.commit()
    return by


def race(many: Many, key: str, clients: int) -> None:
    ident = begin(key)
    answers = many.at_once(*(partial(complete, ident, f"agent:{n}") for n in range(clients)))
    [winner] = [one for one in answers if isinstance(one, str)]
    refused = [one for one in answers if one != winner]
    row = engine.task(ident)
    assert (row.state, row.completed_by) == ("completed", winner)
    for one in refused:
        assert isinstance(one, engine.TaskTaken), repr(one)
        assert (one.extra["by"], one.extra["at"]) == (winner, row.completed_at)
    assert len(answers) == clients
    done = db.select(Step.actor).where(
        Step.instance_id == row.instance_id, Step.element == "ask", Step.kind == "completed"
    )
    assert db.session.scalars(done).all() == [winner]
    assert db.session.get_one(Instance, row.instance_id).status == "running"
    db.session.rollback()


def test_of_eight_people_one_completes_the_task(many: Many) -> None:
    for number in range(10):
        race(many, f"ticket:{number}", 8)


@pytest.mark.faults
def test_of_two_to_sixteen_people_one_completes_the_task_a_thousand_times(many: Many) -> None:
    for number in range(1000):
        race(many, f"ticket:{number}", CLIENTS[number % len(CLIENTS)])
