"""Waits as rows: what a worker, a person, the clock or a message has to find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from sqlalchemy import Table, bindparam, delete, insert, select, update

from app import clock
from app.db import db, execute, put
from app.engine import asking, trail
from app.engine.models import Incident, Job, Subscription, Timer, UserTask
from app.engine.steps import STUCK
from app.engine.waits import Wait

if TYPE_CHECKING:
    from app.engine.walk import Live


BULK = ("timer", "message")
"""Kinds of wait whose rows are written when the walk is saved: most are over before that."""


def open_(live: Live, fresh: dict[Wait, Task]) -> None:
    """Write the rows of new waits, but for those of BULK."""
    seen: set[str] = set()
    for wait, task in fresh.items():
        inputs: dict[str, Any] | None = None
        if wait.kind == "job":
            asked = task.internal_data["job"]
            inputs = asked["params"]
            asking.ask(asked["topic"], inputs, instance_id=live.instance.id, task_id=wait.task_id, element=wait.element)
        elif wait.kind == "task":
            _user_task(live, wait, task)
        elif wait.kind == STUCK:
            _incident(live, wait, task)
            continue
        if wait.task_id not in seen and wait.element not in live.plan.drawing.boundaries:
            seen.add(wait.task_id)
            trail.entered(live, task, inputs)


def _user_task(live: Live, wait: Wait, task: Task) -> None:
    properties = (task.task_spec.extensions or {}).get("properties") or {}
    lane = properties.get("lane") or live.plan.drawing.lanes.get(wait.element) or task.task_spec.lane or ""
    put(
        UserTask(
            instance_id=live.instance.id,
            task_id=wait.task_id,
            business_key=live.instance.business_key,
            element=wait.element,
            name=live.plan.drawing.names.get(wait.element) or wait.element,
            form=properties.get("formName", ""),
            lane=lane,
            data={k: v for k, v in task.data.items() if isinstance(v, str | int | float | bool)},
        )
    )


class Written:
    """The rows of BULK that come and go with a save, over all instances in hand."""

    def __init__(self) -> None:
        self._come: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._lives: dict[int, Live] = {}
        self._gone: dict[str, list[tuple[int, str]]] = defaultdict(list)

    def change(self, live: Live, *, come: list[Wait], gone: set[Wait]) -> None:
        """Note what an instance waits for now and waited for before."""
        instance = live.instance
        self._lives[instance.id] = live
        for wait in gone:
            self._gone[wait.kind].append((instance.id, wait.task_id))
        for wait in come:
            place = {"instance_id": instance.id, "task_id": wait.task_id, "element": wait.element}
            if wait.kind == "timer":
                due_at = datetime.fromisoformat(wait.detail)
                fresh = {"due_at": due_at, "look_at": due_at, "attempts": 0, "state": "waiting"}
                self._come["timer"].append({**place, **fresh})
            else:
                self._come["message"].append({**place, "message": wait.detail, "business_key": instance.business_key})

    def write(self) -> None:
        """Write it, a statement for each kind and direction."""
        for kind, gone in self._gone.items():
            those = {"instances": [ident for ident, _ in gone], "tasks": [task for _, task in gone]}
            closed = execute(_GONE[kind], those)
            if kind == "timer":
                self._overtake([row for row in closed if row.attempts])
        for kind, come in self._come.items():
            execute(_COME[kind], come)

    def _overtake(self, failed: list[Any]) -> None:
        """Close the incidents of timers that had failed and are not waited for any more."""
        for timer in failed:
            _overtake(self._lives[timer.instance_id], Incident.job_id.is_(None), Incident.element == timer.element)


_TIMER, _SUBSCRIPTION = (model.metadata.tables[model.__tablename__] for model in (Timer, Subscription))


def _those(table: Table) -> tuple[Any, Any]:
    instances: Any = bindparam("instances", expanding=True)
    tasks: Any = bindparam("tasks", expanding=True)
    return table.c.instance_id.in_(instances), table.c.task_id.in_(tasks)


_GONE: dict[str, Any] = {
    "timer": (
        update(_TIMER)
        .where(*_those(_TIMER), _TIMER.c.state.in_(("waiting", "failed")))
        .values(state="cancelled")
        .returning(_TIMER.c.instance_id, _TIMER.c.element, _TIMER.c.attempts)
    ),
    "message": delete(_SUBSCRIPTION).where(*_those(_SUBSCRIPTION)),
}
_COME = {"timer": insert(_TIMER), "message": insert(_SUBSCRIPTION)}


def _incident(live: Live, wait: Wait, task: Task) -> None:
    text = task.internal_data[STUCK]
    db.session.add(Incident(instance_id=live.instance.id, element=wait.element, text=text))
    trail.add(live, live.by, "incident", element=wait.element, outputs={"text": text})


def close(live: Live, gone: Iterable[Wait]) -> None:
    """Take back the rows of waits that are over; rows already done keep their state."""
    by_kind: dict[str, list[Wait]] = defaultdict(list)
    for wait in gone:
        by_kind[wait.kind].append(wait)
    for kind, waits in by_kind.items():
        if kind in _CLOSE:
            _CLOSE[kind](live, waits)


def _close_jobs(live: Live, waits: list[Wait]) -> None:
    ids = {wait.task_id for wait in waits}
    for job in asking.asked():
        if job.instance_id == live.instance.id and job.task_id in ids and job.state == "queued":
            job.state, job.finished_at = "dropped", clock.now()
    mine = _of(Job, live, waits)
    failed = db.session.scalars(select(Job.id).where(*mine, Job.state == "failed")).all()
    unfinished = Job.state.in_(("queued", "leased", "failed"))
    db.session.execute(update(Job).where(*mine, unfinished).values(state="dropped", finished_at=clock.now()))
    if failed:
        _overtake(live, Incident.job_id.in_(failed))


def _close_tasks(live: Live, waits: list[Wait]) -> None:
    open_ = (*_of(UserTask, live, waits), UserTask.state == "open")
    db.session.execute(update(UserTask).where(*open_).values(state="cancelled", completed_at=clock.now()))


def _close_incidents(live: Live, waits: list[Wait]) -> None:
    elements = {wait.element for wait in waits}
    _overtake(live, Incident.job_id.is_(None), Incident.element.in_(elements))


def _of(model: Any, live: Live, waits: list[Wait]) -> tuple[Any, ...]:
    return model.instance_id == live.instance.id, model.task_id.in_({wait.task_id for wait in waits})


def _overtake(live: Live, *which: Any) -> None:
    here = (Incident.instance_id == live.instance.id, Incident.state == "open")
    over = {"state": "overtaken", "resolved_by": live.by, "resolved_at": clock.now()}
    db.session.execute(update(Incident).where(*here, *which).values(**over))


_CLOSE: dict[str, Callable[[Any, list[Wait]], None]] = {
    "job": _close_jobs,
    "task": _close_tasks,
    STUCK: _close_incidents,
}
