"""The engine against the model: whatever is done to an instance, in whatever order, it waits for what the drawing says."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from properties.blocks import START, Block, drawings, drawn
from properties.token_model import Place, Waits, enter

from app import engine
from app.db import Base, db
from app.engine import jobs, library, timers, walk
from app.engine.models import Incident, Instance, Job, Subscription, Timer, UserTask

ENGINE_TABLES = ("step", "incident", "kept_message", "subscription", "timer", "user_task", "job", "instance", "definition")
AGENT = "agent:1"
KEY = "case:1"
_numbers = itertools.count()
_compact = walk.compact


def commit() -> None:
    """Commit as a door does, and forget the instances in hand."""
    engine.save_all()
    db.session.commit()
    db.session.remove()


def open_rows() -> Waits:
    """Return what the rows say is waited for; an element that waits twice is an error."""
    rows: list[tuple[str, str]] = []
    for kind, model, live in (
        ("task", UserTask, UserTask.state == "open"),
        ("job", Job, Job.state.in_(("queued", "leased", "failed"))),
        ("timer", Timer, Timer.state == "waiting"),
        ("message", Subscription, Subscription.id > 0),
    ):
        rows += [(element, kind) for element in db.session.scalars(db.select(model.element).where(live))]  # type: ignore[attr-defined]
    assert len(rows) == len(dict(rows)), rows
    return dict(rows)


def _waits_for(kind: str) -> Callable[[Any], bool]:
    return lambda machine: bool(machine._waiting(kind))


class EngineMachine(RuleBasedStateMachine):
    """One instance of one generated drawing, and what the model makes of the same."""

    def __init__(self) -> None:
        super().__init__()
        self.place: Place | None = None
        self.begun = False
        self.over: list[Callable[[], None]] = []
        self.patch = pytest.MonkeyPatch()

    @initialize(block=drawings)
    def start(self, block: Block) -> None:
        key = f"p{next(_numbers)}"
        for xml in drawn(block, key):
            library.store(xml, note="generated", by="system")
        engine.start(key, business_key=KEY, data={}, by="system")
        commit()
        self.place, self.begun = enter(block, f"{key}x"), True

    def teardown(self) -> None:
        self.patch.undo()
        db.session.rollback()
        for name in ENGINE_TABLES:
            db.session.execute(Base.metadata.tables[name].delete())
        db.session.commit()
        db.session.remove()

    def _waiting(self, kind: str) -> list[str]:
        return sorted(e for e, k in self.place.waits().items() if k == kind) if self.place is not None else []

    def _pick(self, data: st.DataObject, kind: str) -> str:
        return data.draw(st.sampled_from(self._waiting(kind)), label=kind)

    def _moved(self, element: str, choice: int, again: Callable[[], None]) -> None:
        assert self.place is not None
        self.place = self.place.fire(element, choice)
        self.over.append(again)

    @precondition(_waits_for("task"))
    @rule(data=st.data(), choice=st.integers(0, 2))
    def complete(self, data: st.DataObject, choice: int) -> None:
        element = self._pick(data, "task")
        ident = db.session.scalars(db.select(UserTask.public_id).filter_by(element=element, state="open")).one()
        engine.complete_task(ident, {"choice": choice}, by=AGENT)
        commit()
        self._moved(element, choice, lambda: _refused(ident))

    @precondition(_waits_for("timer"))
    @rule(data=st.data())
    def fire_timer(self, data: st.DataObject) -> None:
        element = self._pick(data, "timer")
        ident = db.session.scalars(db.select(Timer.id).filter_by(element=element, state="waiting")).one()
        assert timers.wake(ident)
        commit()
        self._moved(element, 0, lambda: _not_woken(ident))

    @precondition(_waits_for("message"))
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        element = self._pick(data, "message")
        assert engine.deliver(element, KEY, {"said": element}, by=AGENT) == 1
        commit()
        self._moved(element, 0, lambda: None)

    @precondition(lambda self: library.hearing().known - {START})
    @rule(data=st.data())
    def deliver_unwanted(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(sorted(library.hearing().known - {START})), label="message")
        assert engine.deliver(message, "case:2", {}, by=AGENT) == 0
        assert message in self._waiting("message") or engine.deliver(message, KEY, {}, by=AGENT) == 0
        commit()

    @precondition(_waits_for("job"))
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        element = self._pick(data, "job")
        job = _claimed(element)
        ident, fence = job.id, job.fence
        jobs.finish(job, {"said": "1"})
        commit()
        self._moved(element, 0, lambda: _dropped(ident, fence))

    @precondition(_waits_for("job"))
    @rule(data=st.data())
    def lose_the_worker(self, data: st.DataObject) -> None:
        """Claim a job and never come back; the lease is over when somebody looks again."""
        job = _claimed(self._pick(data, "job"))
        ident, fence = job.id, job.fence
        job.due_at = job.created_at
        commit()
        self.over.append(lambda: _not_mine_after_another(ident, fence))

    @precondition(_waits_for("job"))
    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        job = _claimed(self._pick(data, "job"))
        jobs.fail(job, "It does not work.", retry=False)
        commit()

    @precondition(lambda self: engine.incidents())
    @rule(data=st.data(), skip=st.booleans())
    def resolve(self, data: st.DataObject, skip: bool) -> None:
        found = [(one.public_id, one.element) for one in engine.incidents()]
        ident, element = data.draw(st.sampled_from(found), label="incident")
        if skip:
            engine.skip_incident(ident, {"said": "skipped"}, by=AGENT)
            assert self.place is not None
            self.place = self.place.fire(element, 0)
        else:
            engine.retry_incident(ident, by=AGENT)
        commit()

    @precondition(lambda self: self.over)
    @rule(data=st.data())
    def repeat_what_is_over(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.over), label="over")()
        commit()

    @precondition(_waits_for("task"))
    @rule(data=st.data())
    def begin_and_roll_back(self, data: st.DataObject) -> None:
        element = self._pick(data, "task")
        ident = db.session.scalars(db.select(UserTask.public_id).filter_by(element=element, state="open")).one()
        engine.complete_task(ident, {"choice": 1}, by=AGENT)
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
        assert open_rows() == expected
        instance = db.session.scalars(db.select(Instance)).one()
        assert {w["element"] for w in engine.waiting(instance)} == set(expected)
        open_incidents = set(db.session.scalars(db.select(Incident.element).where(Incident.state == "open")))
        failed = set(db.session.scalars(db.select(Job.element).where(Job.state == "failed")))
        assert open_incidents == failed
        ended = self.place is None
        assert (instance.status, instance.state is None) == (("completed", True) if ended else ("running", False))
        db.session.rollback()


def _claimed(element: str) -> Job:
    live = Job.state.in_(("queued", "leased"))
    ident = db.session.scalar(db.select(Job.id).where(Job.element == element, live))
    assume(ident is not None)
    job = jobs.claim(ident or 0)
    assert job is not None
    return job


def _refused(public_id: str) -> None:
    with pytest.raises(engine.TaskTaken, match=AGENT):
        engine.complete_task(public_id, {"choice": 1}, by="agent:2")
    db.session.rollback()


def _not_woken(timer_id: int) -> None:
    assert not timers.wake(timer_id)


def _dropped(job_id: int, fence: int) -> None:
    assert jobs.claim(job_id) is None
    assert not jobs.still_mine(db.session.get_one(Job, job_id), fence)


def _not_mine_after_another(job_id: int, fence: int) -> None:
    job: Any = db.session.get_one(Job, job_id)
    taken = job.fence != fence or job.state != "leased"
    assert jobs.still_mine(job, fence) is not taken
