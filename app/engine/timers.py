"""Timers: due dates in an indexed table, fired by compare-and-set in the transaction of their effect."""

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import select, update

from app import clock
from app.db import db
from app.engine import trail, walk
from app.engine.dialect import Rhythm
from app.engine.models import Timer


def due(limit: int = 200) -> list[int]:
    """Return the ids of timers whose moment has come, the latest first to be late."""
    query = select(Timer.id).where(Timer.state == "waiting", Timer.due_at <= clock.now())
    return list(db.session.scalars(query.order_by(Timer.due_at).limit(limit)))


def wake(timer_id: int) -> bool:
    """Fire one timer; False when somebody else did or the process no longer waits for it."""
    timer = db.session.get(Timer, timer_id)
    if timer is None:
        return False
    one = walk.live(timer.instance_id)
    fired = db.session.execute(
        update(Timer).where(Timer.id == timer_id, Timer.state == "waiting").values(state="fired", fired_at=clock.now())
    )
    waiting = one.task(timer.task_id, TaskState.WAITING)
    if fired.rowcount != 1 or waiting is None:  # type: ignore[attr-defined]
        return False
    late = (clock.now() - timer.due_at).total_seconds()
    trail.add(
        one, "clock", "timer", element=timer.element, outputs={"due_at": timer.due_at.isoformat(), "late_seconds": late}
    )
    _fire(waiting)
    one.advance()
    return True


def _fire(task: Task) -> None:
    definition = task.task_spec.event_definition
    inner = getattr(definition, "event_definitions", None)
    if inner:
        timer = next(d for d in inner if isinstance(d, TimerEventDefinition))
        task._set_internal_data(seen_events=[*task.internal_data.get("seen_events", []), BpmnEvent(timer)])
    else:
        task._set_internal_data(event_fired=True)
    task.task_spec._update(task)
    if isinstance(definition, Rhythm) and definition.has_fired(task):
        task.task_spec._update(task)
