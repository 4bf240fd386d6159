"""Waits as rows: what a worker, a person, the clock or a message has to find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from sqlalchemy import delete, update

from app import clock
from app.db import db
from app.engine import trail
from app.engine.models import Job, Subscription, Timer, UserTask
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


def close(live: Live, gone: Iterable[Wait]) -> None:
    """Take back the rows of waits that are over; rows already done keep their state."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for wait in gone:
        by_kind[wait.kind].append(wait.task_id)
    here = live.instance.id
    if ids := by_kind["job"]:
        mine = (Job.instance_id == here, Job.task_id.in_(ids), Job.state.in_(("queued", "leased")))
        _run(update(Job).where(*mine).values(state="dropped", finished_at=clock.now()))
    if ids := by_kind["task"]:
        open_task = (UserTask.instance_id == here, UserTask.task_id.in_(ids), UserTask.state == "open")
        _run(update(UserTask).where(*open_task).values(state="cancelled", completed_at=clock.now()))
    if ids := by_kind["timer"]:
        waiting = (Timer.instance_id == here, Timer.task_id.in_(ids), Timer.state == "waiting")
        _run(update(Timer).where(*waiting).values(state="cancelled"))
    if ids := by_kind["message"]:
        _run(delete(Subscription).where(Subscription.instance_id == here, Subscription.task_id.in_(ids)))


def _run(statement: Any) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
