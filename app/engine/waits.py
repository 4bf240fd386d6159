"""What an instance waits for, read from its task tree: jobs, people, timers, messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.dialect import Rhythm, ServiceJob
from app.engine.steps import STUCK, element

_NEVER = TaskState.FINISHED_MASK | TaskState.PREDICTED_MASK


@dataclass(frozen=True, slots=True)
class Wait:
    """`kind` is job, task, timer, message, part (a running sub-process) or stuck; `detail` is a message or due date."""

    kind: str
    task_id: str
    element: str
    detail: str = ""


def waits(workflow: Any) -> dict[Wait, Task]:
    """Return every wait of the instance with the task that waits."""
    found: dict[Wait, Task] = {}
    for part in (workflow, *workflow.get_active_subprocesses()):
        for task in part.tasks.values():
            if not task.has_state(_NEVER):
                found |= dict.fromkeys(_of(task), task)
    return found


def _of(task: Task) -> Iterator[Wait]:
    spec, state, ident = task.task_spec, task.state, str(task.id)
    if STUCK in task.internal_data and task.has_state(TaskState.NOT_FINISHED_MASK):
        yield Wait(STUCK, ident, element(task))
    if state == TaskState.STARTED and isinstance(spec, ServiceJob):
        yield Wait("job", ident, spec.bpmn_id)
    elif state == TaskState.STARTED and isinstance(spec, SubWorkflowTask):
        yield Wait("part", ident, spec.bpmn_id)
    elif state == TaskState.READY and spec.manual:
        yield Wait("task", ident, spec.bpmn_id)
    elif state == TaskState.WAITING and isinstance(spec, CatchingEvent):
        yield from _events(task)


def _events(task: Task) -> Iterator[Wait]:
    spec = task.task_spec
    inner = getattr(spec.event_definition, "event_definitions", None)
    pairs = zip(inner, spec.outputs, strict=False) if inner else [(spec.event_definition, spec)]
    for definition, place in pairs:
        if isinstance(definition, TimerEventDefinition) and STUCK not in task.internal_data:
            yield Wait("timer", str(task.id), place.bpmn_id, _due(task, definition).isoformat())
        elif isinstance(definition, MessageEventDefinition):
            yield Wait("message", str(task.id), place.bpmn_id, definition.name)


def _due(task: Task, definition: TimerEventDefinition) -> datetime:
    value = task.internal_data.get("event_value")
    if isinstance(definition, Rhythm):
        value = value["next"]
    due = datetime.fromisoformat(str(value))
    return due.replace(tzinfo=UTC) if due.tzinfo is None else due.astimezone(UTC)
