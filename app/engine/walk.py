"""One instance in hand: restored under its lock, walked until it must wait, its waits written as rows, saved once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app import clock, events
from app.db import Base, db, execute, locks_rows, put
from app.engine import asking, failures, library, locks, rows, state, steps, trail
from app.engine.compact import compact
from app.engine.dialect import CarryingMessage
from app.engine.models import Instance, KeptMessage
from app.engine.waits import Wait, waits

_LIVE = "engine.live"
_HOLD = (
    select(Instance)
    .where(Instance.id.in_(bindparam("which", expanding=True)))
    .order_by(Instance.id)
    .with_for_update(of=Instance, key_share=True)
    .execution_options(populate_existing=True, autoflush=False)
)
_HOLD_FREE = _HOLD.with_for_update(of=Instance, key_share=True, skip_locked=True)
_KEPT = (
    select(KeptMessage)
    .where(KeptMessage.instance_id == bindparam("which"))
    .order_by(KeptMessage.id)
    .execution_options(autoflush=False)
)
_KEY_OF = select(Instance.business_key).where(Instance.id == bindparam("which"))
_TABLES = Base.metadata.tables
_SAVE = (
    update(_TABLES["instance"]).where(_TABLES["instance"].c.id == bindparam("which")).values(state=bindparam("state"))
)

_STEPS = insert(_TABLES["step"])


class Live:
    """An instance under its row lock. Whoever caused the walk acts in its first step, the process in what follows."""

    def __init__(self, instance: Instance, plan: library.Plan) -> None:
        self.instance = instance
        self.plan = plan
        self.workflow = state.restore(instance.state, self.plan) if instance.state else None
        self.known: dict[Wait, Task] = waits(self.workflow) if self.workflow else {}
        self._written = {wait for wait in self.known if wait.kind in rows.BULK}
        self._kept: list[KeptMessage] | None = None if instance.state else []  # for a new one nothing was kept yet
        self.steps: list[dict[str, Any]] = []
        self._news: dict[Wait, Task] = {}
        self.dirty = False

    @property
    def by(self) -> str:
        return f"process:{self.plan.key}"

    def task(self, task_id: str, wanted: int) -> Task | None:
        """Return a task that is still in one of the wanted states."""
        if self.workflow is None:
            return None
        key = UUID(task_id) if task_id else None
        parts = (self.workflow, *self.workflow.subprocesses.values())
        found = (task for part in parts if (task := part.tasks.get(key)) is not None and task.has_state(wanted))
        return next(found, None)

    def completed(self, task: Task, actor: str, **extra: Any) -> None:
        """Write the history row of a step that is done."""
        trail.completed(self, task, actor, **extra)

    def answered(self, kind: str, task_id: str) -> None:
        """Forget a wait whose row the caller has brought to its end itself."""
        for wait in [w for w in self.known if w.kind == kind and w.task_id == task_id]:
            del self.known[wait]
            self._written.discard(wait)

    def hear(self, message: str, payload: dict[str, Any], by: str) -> int:
        """Give a message to every task that waits for it now; return how many took it."""
        waiting = [wait.task_id for wait in self.known if wait.kind == "message" and wait.detail == message]
        return sum(self.catch(task_id, message, payload, by) for task_id in waiting)

    def catch(self, task_id: str, message: str, payload: dict[str, Any], by: str) -> bool:
        """Give a message to the task that waits for it and walk on; False when it no longer waits."""
        task = self.task(task_id, TaskState.WAITING)
        if task is None:
            return False
        element = task.task_spec.bpmn_id
        trail.add(self, by, "message", element=element, inputs=payload, outputs={"message": message})
        task.task_spec.catch(task, BpmnEvent(CarryingMessage(message), payload=dict(payload)))
        task.task_spec._update(task)
        task.internal_data.pop(steps.STUCK, None)  # a gateway's broken timer no longer matters
        self.advance()
        return True

    def keep(self, message: str, payload: dict[str, Any], by: str) -> bool:
        """Keep a message for when the drawing waits for it; return whether it does so already."""
        kept = KeptMessage(instance_id=self.instance.id, message=message, payload=payload, actor=by)
        db.session.add(kept)
        self._kept_messages().append(kept)
        return self.take_kept()

    def failed(self, task_id: str, code: str, text: str) -> bool:
        """Raise an error at a job that failed for good and walk on; False when the drawing does not catch it."""
        task = self.task(task_id, TaskState.STARTED)
        caught = failures.raise_from(task, failures.Error, code, {"code": code, "text": text}) if task else None
        if task is None or caught is None:
            return False
        told = {"code": code, "text": text, "caught_by": caught.task_spec.bpmn_id}
        trail.add(self, self.by, "failed", element=task.task_spec.bpmn_id, outputs=told)
        self.answered("job", task_id)
        self.advance(alone=True)
        return True

    def take_kept(self) -> bool:
        """Take the oldest message that was kept for this instance and is waited for now."""
        if not library.hearing().kept.get(self.instance.definition_id):
            return False
        waited = {wait.detail: wait.task_id for wait in self.known if wait.kind == "message"}
        kept = next((one for one in self._kept_messages() if one.message in waited), None)
        if kept is None:
            return False
        self._kept_messages().remove(kept)
        db.session.flush()
        db.session.delete(kept)
        return self.catch(waited[kept.message], kept.message, kept.payload, kept.actor)

    def _kept_messages(self) -> list[KeptMessage]:
        if self._kept is None:
            self._kept = list(db.session.scalars(_KEPT, {"which": self.instance.id}))
        return self._kept

    def advance(self, alone: bool = False) -> None:
        """Walk until everything waits, compact, and write the waits as rows; `alone` when a job was done."""
        self.dirty = True
        steps.take(self.workflow, lambda task: self.completed(task, self.by), alone)
        compact(self.workflow)
        self._send()
        self._sync()
        if self.workflow is not None and self.workflow.is_completed():
            self.end("completed", self.by)
        elif any(wait.kind == "message" for wait in self._news):
            self.take_kept()

    def _send(self) -> None:
        for thrown in self.workflow.get_events() if self.workflow else []:
            payload = thrown.payload if isinstance(thrown.payload, dict) else {}
            name = thrown.event_definition.name
            if name:
                events.record(name, by=self.by, subject=self.instance.business_key, data=payload)

    def _sync(self) -> None:
        now = waits(self.workflow) if self.workflow else {}
        gone = [wait for wait in self.known if wait not in now and wait.kind not in rows.BULK]
        fresh = {wait: task for wait, task in now.items() if wait not in self.known}
        rows.close(self, gone)
        rows.open_(self, fresh)
        self.known, self._news = now, fresh
        status = "incident" if any(wait.kind == steps.STUCK for wait in now) else "running"
        if self.instance.status != status:  # a row that is set is weighed by the next flush, whatever it is set to
            self.instance.status = status

    def end(self, status: str, by: str, **told: str) -> None:
        """Close the instance: its tree goes, its history stays."""
        self.dirty = True
        rows.close(self, [wait for wait in self.known if wait.kind not in rows.BULK])
        self.known = {}
        self.workflow = None
        db.session.execute(delete(KeptMessage).where(KeptMessage.instance_id == self.instance.id))
        self.instance.status = status
        self.instance.ended_at = clock.now()
        trail.add(self, by, "ended", outputs={"status": status, **told})

    def put_back(self, saved: bytes) -> None:
        """Stand again where a saved state stood; what waits for people and workers there is the caller's to reopen."""
        rows.close(self, [wait for wait in self.known if wait.kind not in rows.BULK])
        self.workflow = state.restore(saved, self.plan)
        self.known = waits(self.workflow)
        self.dirty = True

    def save(self, written: rows.Written) -> bytes | None:
        """Return the state to be kept, and say which rows of BULK come and go."""
        saved = state.save(self.workflow) if self.workflow else None
        set_committed_value(self.instance, "state", saved)
        self.dirty = False
        waiting = [wait for wait in self.known if wait.kind in rows.BULK]  # in the order of the drawing
        before, self._written = self._written, set(waiting)
        come = [wait for wait in waiting if wait not in before]
        written.change(self, come=come, gone=before - self._written)
        return saved


def live(instance_id: int, business_key: str = "") -> Live:
    """Return the instance in hand, locked for this transaction; the same object until the transaction ends.

    Who knows the business key spares a look-up.
    """
    held = _held()
    if instance_id not in held:
        if locks_rows():
            locks.lock({business_key or db.session.scalars(_KEY_OF, {"which": instance_id}).one()})
        take_in_hand([instance_id])
    return held[instance_id]


def take_in_hand(instance_ids: Iterable[int], query: Any = _HOLD) -> None:
    """Lock and restore instances that are not in hand yet, in one order for everybody."""
    held = _held()
    if missing := [ident for ident in instance_ids if ident not in held]:
        for instance in db.session.scalars(query, {"which": missing}):
            held[instance.id] = Live(instance, library.plan(instance.definition))


def live_free(instance_ids: Iterable[int]) -> dict[int, Live]:
    """Return those instances in hand, by id, that nobody else holds just now; wait for none of the others."""
    keyed = db.session.execute(select(Instance.id, Instance.business_key).where(Instance.id.in_(instance_ids)))
    keys = {row.id: row.business_key for row in keyed}
    got = locks.lock(set(keys.values()), pass_over=True)
    take_in_hand([ident for ident, key in keys.items() if key in got], _HOLD_FREE)
    return {ident: one for ident, one in _held().items() if ident in keys}


def in_hand(business_key: str) -> list[int]:
    """Return the instances of a business key that this transaction has in hand."""
    return [ident for ident, one in _held().items() if one.instance.business_key == business_key]


def _held() -> dict[int, Live]:
    return db.session.info.setdefault(_LIVE, {})  # type: ignore[no-any-return]


def begin(
    definition_id: int,
    *,
    business_key: str,
    data: dict[str, Any],
    by: str,
    message: str = "",
    at: datetime | None = None,
) -> Live:
    """Start an instance and walk it to its first waits."""
    begun = {"started_by": by, "started_at": at or clock.now()}
    instance = put(Instance(definition_id=definition_id, business_key=business_key, **begun))
    one = Live(instance, library.plan_of(definition_id))
    workflow = one.workflow = state.new(one.plan)
    _held()[instance.id] = one
    trail.add(one, by, "started", inputs=data, outputs={"message": message} if message else None)
    workflow.task_tree.data.update(data)
    steps.pass_start(workflow, data, message)
    one.advance()
    return one


def save_all() -> list[int]:
    """Save every instance in hand; return the ids of the jobs that were asked for since the last call."""
    steps: list[dict[str, Any]] = []
    states, written = [], rows.Written()
    for one in _held().values():
        if one.dirty:
            states.append({"which": one.instance.id, "state": one.save(written)})
        steps += one.steps
        one.steps = []
    jobs = asking.write()
    if states:
        execute(_SAVE, states)
    written.write()
    if steps:
        execute(_STEPS, steps)
    return jobs


@sa_event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        asking.forget(session.info)
        for name in (_LIVE, library.HEARING):
            session.info.pop(name, None)


def resume(instance_id: int, element: str) -> None:
    """Let what is stuck at an element be tried once more, and walk on."""
    one = live(instance_id)
    if one.workflow is not None:
        for task_id in list(steps.again(one.workflow, element)):
            one.answered(steps.STUCK, task_id)
        one.advance()
