"""Whether closed cycles leave the tree or not, a process waits for the same; and with it, its state stays small."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from long_results import Record
from properties.acting import act, commit, deploy, forget_all, instance_of, open_rows
from properties.blocks import (
    Beside,
    Block,
    Choice,
    Cutting,
    Fork,
    Guarded,
    Loop,
    Race,
    Row,
    Scope,
    Several,
    Step,
    Throwing,
    drawings,
)
from properties.test_engine_model import EXAMPLES
from sqlalchemy import select

from app import engine
from app.db import db
from app.engine import steps, walk
from app.engine.models import Step as History

COMPACTED, WHOLE = "case:compacted", "case:whole"
BASE = settings(
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
QUICK = settings(BASE, derandomize=True, max_examples=15)
LONG = settings(BASE, max_examples=EXAMPLES)


def told(key: str) -> list[tuple[str, str, str]]:
    """Return the history of an instance without its times."""
    instance = instance_of(key)
    rows = select(History.kind, History.element, History.flow).where(History.instance_id == instance.id)
    return [tuple(row) for row in db.session.execute(rows.order_by(History.id))]


def data_of(key: str) -> dict[str, Any]:
    """Return the variables at every element that waits."""
    known = walk.live(instance_of(key).id).known
    return {wait.element: task.data for wait, task in known.items()}


def behave_the_same(data: st.DataObject, block: Block) -> None:
    key = deploy(block)
    for business_key in (COMPACTED, WHOLE):
        engine.start(key, business_key=business_key, data={"case": 1}, by="system")
    commit()
    for _ in range(20):
        waits = sorted(open_rows(COMPACTED).items())
        if not waits:
            break
        element, kind = data.draw(st.sampled_from(waits), label="wait")
        choice = data.draw(st.integers(0, 2), label="choice")
        act(COMPACTED, kind, element, choice)
        with pytest.MonkeyPatch.context() as patch:
            for module in (walk, steps):
                patch.setattr(module, "compact", lambda workflow: None)
            act(WHOLE, kind, element, choice)
        assert open_rows(COMPACTED) == open_rows(WHOLE)
        assert data_of(COMPACTED) == data_of(WHOLE)
        assert told(COMPACTED) == told(WHOLE)
        assert instance_of(COMPACTED).status == instance_of(WHOLE).status
        db.session.rollback()


def compare(block: st.SearchStrategy[Block], config: settings) -> None:
    @config
    @given(data=st.data(), block=block)
    def one(data: st.DataObject, block: Block) -> None:
        try:
            behave_the_same(data, block)
        finally:
            forget_all()

    one()


looping = drawings().map(Loop)


def test_a_compacted_process_behaves_like_a_whole_one(app: Flask) -> None:
    compare(looping, QUICK)


@pytest.mark.faults
def test_many_compacted_processes_behave_like_whole_ones(any_app: Flask, record_result: Record) -> None:
    compare(looping, LONG)
    record_result(
        f"compacted = whole, {db.engine.dialect.name}",
        done=f"{EXAMPLES} made-up drawings within a loop, 20 steps each",
        goal="same waits, variables and history",
        measured="the same after each step",
    )


TASK, MESSAGE = Step("task"), Step("message")
ROUNDS = {
    "a task": TASK,
    "a sub-process": Scope(Row((TASK, Step("job"))), False, (("message", TASK),)),
    "a called process": Scope(Row((TASK, MESSAGE)), True, ()),
    "a loop in a sub-process": Scope(Row((Loop(TASK), MESSAGE)), False, (("timer", Step("script")),)),
    "branches": Fork((TASK, Row((Step("job"), MESSAGE)))),
    "branches of an inclusive gateway": Several((TASK, MESSAGE, TASK)),
    "a race": Race(TASK, Step("script")),
    "a guarded task": Guarded("task", "message", TASK),
    "a choice": Choice((TASK, Step("job"))),
    "what an event sets going beside a task": Beside("task", "message", TASK),
    "an error": Throwing(MESSAGE, True, TASK),
    "a branch that cuts off another": Cutting(TASK, MESSAGE),
    "beside a branch that stays": Step("script"),
}


@pytest.mark.parametrize("name", ROUNDS)
def test_the_state_of_a_process_does_not_grow_with_its_rounds(app: Flask, name: str) -> None:
    block: Block = Loop(ROUNDS[name])
    if name == "beside a branch that stays":
        block = Fork((block, MESSAGE))
    key = deploy(block)
    engine.start(key, business_key=COMPACTED, data={}, by="system")
    commit()
    sizes = [a_round(key) for _ in range(14)]
    assert max(sizes[8:]) <= 1.1 * max(sizes[4:8]), sizes


def a_round(key: str) -> int:
    """Go once around the outer loop, taking the first wait there is; return the size of the state in bytes."""
    asked = {f"{key}x_ask", f"{key}x0_ask"} & set(open_rows(COMPACTED))
    again = False
    while not again:
        element, kind = min(open_rows(COMPACTED).items(), key=lambda wait: (wait[0] in asked, wait))
        again = element in (f"{key}x_ask", f"{key}x0_ask")
        act(COMPACTED, kind, element, 1 if again else 0)
    return len(instance_of(COMPACTED).state or b"")
