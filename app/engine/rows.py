"""Waits as rows: what a worker, a person, the clock or a message has to find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from sqlalchemy import delete, select, update

from app import clock
from app.db import db
from app.engine import trail
from app.engine.models import Incident, Job, Subscription, Timer, UserTask
from app.engine.steps import STUCK
from app.engine.waits import Wait

if TYPE_CHECKING:
    from app.engine.walk import Live


def open_(live: Live, fresh: dict[Wait, Task]) -> list[Job]:
    """Write the rows of new waits; return the jobs among them."""
    jobs: list[Job] = []
    seen: set[str] = set()
    for wait, task in fresh.items():
        inputs: dict[str, Any] | None = None
        if wait.kind == "job":
            asked = task.internal_data["job"]
            inputs = asked["params"]
            jobs.append(_job(live, wait, asked))
        elif wait.kind == "task":
            _user_task(live, wait, task)
        elif wait.kind == "timer":
            _timer(live, wait)
        elif wait.kind == "message":
            _subscription(live, wait)
        elif wait.kind == STUCK:
            _incident(live, wait, task)
            continue
        if wait.task_id not in seen and wait.element not in live.plan.drawing.boundaries:
            seen.add(wait.task_id)
            trail.entered(live, task, inputs)
    return jobs


def _job(live: Live, wait: Wait, asked: dict[str, Any]) -> Job:
    job = Job(
        instance_id=live.instance.id,
        task_id=wait.task_id,
        element=wait.element,
        topic=asked["topic"],
        params=asked["params"],
    )
    db.session.add(job)
    return job


def _user_task(live: Live, wait: Wait, task: Task) -> None:
    properties = (task.task_spec.extensions or {}).get("properties") or {}
    lane = properties.get("lane") or live.plan.drawing.lanes.get(wait.element) or task.task_spec.lane or ""
    db.session.add(
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


def _timer(live: Live, wait: Wait) -> None:
    db.session.add(
        Timer(
            instance_id=live.instance.id,
            task_id=wait.task_id,
            element=wait.element,
            due_at=datetime.fromisoformat(wait.detail),
        )
    )


def _subscription(live: Live, wait: Wait) -> None:
    db.session.add(
        Subscription(
            instance_id=live.instance.id,
            task_id=wait.task_id,
            element=wait.element,
            message=wait.detail,
            business_key=live.instance.business_key,
        )
    )


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
    mine = _of(Job, live, waits)
    failed = db.session.scalars(select(Job.id).where(*mine, Job.state == "failed")).all()
    unfinished = Job.state.in_(("queued", "leased", "failed"))
    db.session.execute(update(Job).where(*mine, unfinished).values(state="dropped", finished_at=clock.now()))
    if failed:
        _overtake(live, Incident.job_id.in_(failed))


def _close_tasks(live: Live, waits: list[Wait]) -> None:
    open_ = (*_of(UserTask, live, waits), UserTask.state == "open")
    db.session.execute(update(UserTask).where(*open_).values(state="cancelled", completed_at=clock.now()))


def _close_timers(live: Live, waits: list[Wait]) -> None:
    open_ = (*_of(Timer, live, waits), Timer.state.in_(("waiting", "failed")))
    closed = update(Timer).where(*open_).values(state="cancelled").returning(Timer.element, Timer.attempts)
    found = db.session.execute(closed, execution_options={"synchronize_session": False}).all()
    if failed := {timer.element for timer in found if timer.attempts}:
        _overtake(live, Incident.job_id.is_(None), Incident.element.in_(failed))


def _close_subscriptions(live: Live, waits: list[Wait]) -> None:
    db.session.execute(delete(Subscription).where(*_of(Subscription, live, waits)))


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
    "timer": _close_timers,
    "message": _close_subscriptions,
    STUCK: _close_incidents,
}
