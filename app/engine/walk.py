"""One instance in hand: restored under its lock, walked until it must wait, its waits written as rows, saved once."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import delete, insert, select
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session

from app import clock, events
from app.db import Base, db
from app.engine import library, rows, state, steps, trail
from app.engine.compact import compact
from app.engine.dialect import CarryingMessage
from app.engine.models import Instance, Job, KeptMessage
from app.engine.waits import Wait, waits

_LIVE, _FRESH, _LOCKED = "engine.live", "engine.fresh_jobs", "engine.locked"
_locks: list[Callable[[Collection[str], bool], set[str]]] = []


class Live:
    """An instance under its row lock. Whoever caused the walk acts in its first step, the process in what follows."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.plan = library.plan(instance.definition)
        self.workflow = state.restore(instance.state, self.plan) if instance.state else None
        self.known: dict[Wait, Task] = waits(self.workflow) if self.workflow else {}
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
        for part in (self.workflow, *self.workflow.subprocesses.values()):
            for task in part.tasks.values():
                if str(task.id) == task_id and task.has_state(wanted):
                    return task
        return None

    def completed(self, task: Task, actor: str, **extra: Any) -> None:
        """Write the history row of a step that is done."""
        trail.completed(self, task, actor, **extra)

    def answered(self, kind: str, task_id: str) -> None:
        """Forget a wait whose row the caller has brought to its end itself."""
        for wait in [w for w in self.known if w.kind == kind and w.task_id == task_id]:
            del self.known[wait]

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

    def take_kept(self) -> bool:
        """Take the oldest message that was kept for this instance and is waited for now."""
        if not self.instance.definition.kept_messages:
            return False
        waited = {w.detail: w.task_id for w in self.known if w.kind == "message"}
        query = select(KeptMessage).where(KeptMessage.instance_id == self.instance.id, KeptMessage.message.in_(waited))
        kept = db.session.scalar(query.order_by(KeptMessage.id).limit(1)) if waited else None
        if kept is None:
            return False
        db.session.delete(kept)
        db.session.flush()
        return self.catch(waited[kept.message], kept.message, kept.payload, kept.actor)

    def advance(self) -> None:
        """Walk until everything waits, compact, and write the waits as rows."""
        self.dirty = True
        steps.take(self.workflow, lambda task: self.completed(task, self.by))
        compact(self.workflow)
        self._send()
        self._sync()
        if self.workflow is not None and self.workflow.is_completed():
            self.end("completed")
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
        gone = [wait for wait in self.known if wait not in now]
        fresh = {wait: task for wait, task in now.items() if wait not in self.known}
        rows.close(self, gone)
        jobs = rows.open_(self, fresh)
        db.session.info.setdefault(_FRESH, []).extend(jobs)
        self.known, self._news = now, fresh
        self.instance.status = "incident" if any(wait.kind == steps.STUCK for wait in now) else "running"

    def end(self, status: str) -> None:
        """Close the instance: its tree goes, its history stays."""
        rows.close(self, list(self.known))
        self.known = {}
        self.workflow = None
        db.session.execute(delete(KeptMessage).where(KeptMessage.instance_id == self.instance.id))
        self.instance.status = status
        self.instance.ended_at = clock.now()
        trail.add(self, self.by, "ended", outputs={"status": status})

    def save(self) -> None:
        """Put the state into the row of the running transaction."""
        self.instance.state = state.save(self.workflow) if self.workflow else None
        self.dirty = False


def lock_first(lock: Callable[[Collection[str], bool], set[str]]) -> None:
    """Let what business keys name be locked before their instances, as whoever acts on it does, so nobody deadlocks.

    `lock` gets the keys and whether to pass over what others hold, and returns the keys of what it got.
    """
    _locks[:] = [lock]


def lock(business_key: str) -> None:
    """Lock what a business key names until the transaction ends; SQLite locks everything from the start."""
    _lock({business_key}, pass_over=False)


def _lock(keys: set[str], *, pass_over: bool) -> set[str]:
    held: set[str] = db.session.info.setdefault(_LOCKED, set())
    missing = keys - held
    if _locks and missing and db.engine.dialect.name != "sqlite":
        held |= _locks[0](missing, pass_over)
        return keys & held
    return keys


def live(instance_id: int) -> Live:
    """Return the instance in hand, locked for this transaction; the same object until the transaction ends."""
    held: dict[int, Live] = db.session.info.setdefault(_LIVE, {})
    if instance_id not in held:
        db.session.flush()
        lock(db.session.scalars(select(Instance.business_key).where(Instance.id == instance_id)).one())
        query = select(Instance).where(Instance.id == instance_id).with_for_update(of=Instance, key_share=True)
        held[instance_id] = Live(db.session.scalars(query, execution_options={"populate_existing": True}).one())
    return held[instance_id]


def live_free(instance_ids: Iterable[int]) -> dict[int, Live]:
    """Return those instances in hand, by id, that nobody else holds just now; wait for none of the others."""
    held: dict[int, Live] = db.session.info.setdefault(_LIVE, {})
    keyed = db.session.execute(select(Instance.id, Instance.business_key).where(Instance.id.in_(instance_ids)))
    keys = {row.id: row.business_key for row in keyed}
    got = _lock(set(keys.values()), pass_over=True)
    free = select(Instance).where(Instance.id.in_([ident for ident, key in keys.items() if key in got]))
    free = free.with_for_update(of=Instance, key_share=True, skip_locked=True)
    for instance in db.session.scalars(free, execution_options={"populate_existing": True}):
        held[instance.id] = Live(instance)
    return {ident: held[ident] for ident in keys if ident in held}


def begin(
    definition: Any, *, business_key: str, data: dict[str, Any], by: str, message: str = "", at: datetime | None = None
) -> Live:
    """Start an instance and walk it to its first waits."""
    instance = Instance(definition=definition, business_key=business_key, started_by=by, started_at=at or clock.now())
    db.session.add(instance)
    db.session.flush()
    one = Live(instance)
    workflow = one.workflow = state.new(one.plan)
    db.session.info.setdefault(_LIVE, {})[instance.id] = one
    trail.add(one, by, "started", inputs=data, outputs={"message": message} if message else None)
    workflow.task_tree.data.update(data)
    _pass_start(workflow, data, message)
    one.advance()
    return one


def _pass_start(workflow: state.Workflow, data: dict[str, Any], message: str) -> None:
    root = workflow.task_tree
    root.run()
    for task in root.children:
        if message and task.state == TaskState.WAITING:
            task.data.update(data)
            task._set_internal_data(event_fired=True)
            task.task_spec._update(task)


def save_all() -> list[int]:
    """Save every instance in hand; return the ids of the jobs that were asked for since the last call."""
    steps: list[dict[str, Any]] = []
    for one in db.session.info.get(_LIVE, {}).values():
        if one.dirty:
            one.save()
        steps += one.steps
        one.steps = []
    if steps:
        db.session.execute(insert(Base.metadata.tables["step"]), steps)
    db.session.flush()
    return [job.id for job in db.session.info.pop(_FRESH, [])]


def fresh_jobs() -> list[Job]:
    """Return the jobs asked for in this transaction and not yet handed to the workers."""
    return db.session.info.setdefault(_FRESH, [])  # type: ignore[no-any-return]


@sa_event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        for name in (_LIVE, _FRESH, _LOCKED, events.PENDING, library.HEARING):
            session.info.pop(name, None)


def resume(instance_id: int, element: str) -> None:
    """Let what is stuck at an element be tried once more, and walk on."""
    one = live(instance_id)
    if one.workflow is not None:
        for task_id in list(steps.again(one.workflow, element)):
            one.answered(steps.STUCK, task_id)
        one.advance()
