"""The engine against the model: whatever is done to an instance, it waits for what the drawing says."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from properties.acting import AGENT, act, claimed, commit, deploy, forget_all, instance_of, kept, open_rows, open_task
from properties.acting import waiting_timer as timer_at
from properties.blocks import Block, Guarded, Loop, Row, Scope, Step, Throwing, drawings
from properties.pen import START
from properties.token_model import Place, enter
from sqlalchemy import select

from app import engine
from app.db import db
from app.engine import jobs, library, timers, walk
from app.engine.models import Incident, Job
from app.errors import Conflict

KEY = "case:1"
_compact = walk.compact


def waits_for(kind: str) -> Callable[[Any], bool]:
    return lambda machine: bool(machine.waiting(kind))


class EngineMachine(RuleBasedStateMachine):
    """One instance of one generated drawing, and what the model makes of the same; `steps` counts what was compared."""

    steps = 0
    drawings: st.SearchStrategy[Block] = drawings()

    def __init__(self) -> None:
        super().__init__()
        self.place: Place | None = None
        self.begun = self.cancelled = False
        self.kept: list[str] = []
        self.over: list[Callable[[], None]] = []
        self.patch = pytest.MonkeyPatch()

    @initialize(data=st.data())
    def start(self, data: st.DataObject) -> None:
        block = data.draw(self.drawings, label="drawing")
        key = deploy(block)
        engine.start(key, business_key=KEY, data={}, by="system")
        commit()
        self.place, self.begun = enter(block, f"{key}x"), True

    def teardown(self) -> None:
        self.patch.undo()
        forget_all()

    def waiting(self, kind: str) -> list[str]:
        return sorted(e for e, k in self.place.waits().items() if k == kind) if self.place is not None else []

    def _pick(self, data: st.DataObject, kind: str) -> str:
        return data.draw(st.sampled_from(self.waiting(kind)), label=kind)

    def _happen(self, kind: str, element: str, choice: int = 0) -> None:
        act(KEY, kind, element, choice)
        self._moved(element, choice)

    def _moved(self, element: str, choice: int = 0) -> None:
        """Let the model do the same, and take the oldest kept message it waits for, as long as there is one."""
        assert self.place is not None
        self.place = self.place.fire(element, choice)
        while self.place is not None and (heard := [m for m in self.kept if m in self.waiting("message")]):
            self.kept.remove(heard[0])
            self.place = self.place.fire(heard[0], 0)
        if self.place is None:
            self.kept = []

    def _keeps(self) -> list[str]:
        return sorted(set(instance_of(KEY).definition.kept_messages) - set(self.waiting("message")))

    @precondition(waits_for("task"))
    @rule(data=st.data(), choice=st.integers(0, 2))
    def complete(self, data: st.DataObject, choice: int) -> None:
        element = self._pick(data, "task")
        ident = open_task(KEY, element)
        self._happen("task", element, choice)
        self.over.append(lambda: _refused(ident))

    @precondition(waits_for("timer"))
    @rule(data=st.data())
    def ring(self, data: st.DataObject) -> None:
        element = self._pick(data, "timer")
        ident = timer_at(KEY, element)
        self._happen("timer", element)
        self.over.append(lambda: _not_woken(ident))

    @precondition(waits_for("message"))
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        self._happen("message", self._pick(data, "message"))

    @precondition(lambda self: library.hearing().known - {START})
    @rule(data=st.data())
    def deliver_what_nobody_waits_for(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(sorted(library.hearing().known - {START})), label="message")
        assert engine.deliver(message, "case:2", {}, by=AGENT) == 0
        expected = {*self.waiting("message"), *self._keeps()}
        assert message in expected or engine.deliver(message, KEY, {}, by=AGENT) == 0
        commit()

    @precondition(lambda self: self.place is not None and self._keeps())
    @rule(data=st.data())
    def deliver_what_is_kept(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(self._keeps()), label="kept")
        assert engine.deliver(message, KEY, {}, by=AGENT) == 0
        self.kept.append(message)
        commit()

    @precondition(waits_for("job"))
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        element = self._pick(data, "job")
        job = self._claimed(element)
        ident, fence = job.id, job.fence
        db.session.rollback()
        self._happen("job", element)
        self.over.append(lambda: _not_mine(ident, fence))

    @precondition(waits_for("job"))
    @rule(data=st.data())
    def lose_the_worker(self, data: st.DataObject) -> None:
        """Claim a job and never come back; the lease is over when somebody looks again."""
        job = self._claimed(self._pick(data, "job"))
        ident, fence = job.id, job.fence
        job.due_at = job.created_at
        commit()
        self.over.append(lambda: _mine_until_another_came(ident, fence))

    @precondition(waits_for("job"))
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        element = self._pick(data, "job")
        jobs.fail(self._claimed(element), "It does not work.", retry=False)
        commit()
        assert self.place is not None
        if catcher := self.place.catcher(element):
            self._moved(catcher)

    def _claimed(self, element: str) -> Job:
        job = claimed(KEY, element)
        assume(job is not None)
        assert job is not None
        return job

    @precondition(lambda self: engine.incidents())
    @rule(data=st.data(), skip=st.booleans())
    def resolve(self, data: st.DataObject, skip: bool) -> None:
        found = [(one.public_id, one.element) for one in engine.incidents()]
        ident, element = data.draw(st.sampled_from(found), label="incident")
        if skip:
            engine.skip_incident(ident, {"said": "skipped"}, by=AGENT)
            self._moved(element)
        else:
            engine.retry_incident(ident, by=AGENT)
        commit()

    @precondition(lambda self: self.place is not None)
    @rule(seldom=st.integers(0, 9))
    def cancel(self, seldom: int) -> None:
        """End it where it stands; nothing is waited for any more, and nobody can end it twice."""
        assume(seldom == 0)
        ident = instance_of(KEY).public_id
        engine.cancel(ident, by=AGENT, reason="enough")
        commit()
        self.place, self.kept, self.cancelled = None, [], True
        self.over.append(lambda: _ended(ident))

    @precondition(lambda self: self.over)
    @rule(data=st.data())
    def repeat_what_is_over(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.over), label="over")()
        commit()

    @precondition(waits_for("task"))
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        engine.complete_task(open_task(KEY, self._pick(data, "task")), {"choice": 1}, by=AGENT)
        engine.save_all()
        db.session.rollback()

    @rule(on=st.booleans())
    def compact(self, on: bool) -> None:
        self.patch.setattr(walk, "compact", _compact if on else lambda workflow: None)

    @invariant()
    def waits_for_what_the_drawing_says(self) -> None:
        if not self.begun:
            return
        expected = self.place.waits() if self.place is not None else {}
        EngineMachine.steps += 1
        assert open_rows(KEY) == expected
        assert kept(KEY) == self.kept
        instance = instance_of(KEY)
        assert {w["element"] for w in engine.waiting(instance)} == set(expected)
        stuck = set(db.session.scalars(select(Incident.element).where(Incident.state == "open")))
        assert stuck == set(db.session.scalars(select(Job.element).where(Job.state == "failed")))
        over = "cancelled" if self.cancelled else "completed"
        ended = self.place is None
        assert (instance.status, instance.state is None) == ((over, True) if ended else ("running", False))
        db.session.rollback()


class CaughtAndKept(EngineMachine):
    """The same on drawings full of failures that are caught and messages that are kept."""

    drawings = st.sampled_from(
        [
            Loop(Row((Guarded("job", "error", Step("task")), Step("kept")))),
            Row((Step("task"), Step("kept"), Step("job"), Step("kept"))),
            Loop(Scope(Step("job"), False, (("error", Step("kept")),))),
            Loop(Throwing(Step("job"), False, Step("kept"))),
        ]
    )


def _refused(public_id: str) -> None:
    with pytest.raises(engine.TaskTaken, match=AGENT):
        engine.complete_task(public_id, {"choice": 1}, by="agent:2")
    db.session.rollback()


def _ended(public_id: str) -> None:
    with pytest.raises(Conflict, match="cancelled"):
        engine.cancel(public_id, by=AGENT, reason="again")
    db.session.rollback()


def _not_woken(timer_id: int) -> None:
    assert not timers.wake(timer_id)


def _not_mine(job_id: int, fence: int) -> None:
    assert jobs.claim(job_id) is None
    job = db.session.get_one(Job, job_id)
    assert jobs.held(job.id, job.instance_id, fence) is None


def _mine_until_another_came(job_id: int, fence: int) -> None:
    job = db.session.get_one(Job, job_id)
    held = jobs.held(job.id, job.instance_id, fence) is not None
    assert held is (job.fence == fence and job.state == "leased")
