"""Errors and escalations reach the nearest event around them that takes them, and no other (BPMN 2.0.2, 10.5.6).

SpiffWorkflow hands one to every scope that waits for its code, also to those beside the one it comes from.
"""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.spiff.specs.event_definitions import ErrorEventDefinition, EscalationEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

VARIABLE = "error"
"""What the way out of an error event may read: {"code", "text"}."""

_CAUGHT = "caught"


class _Nearest:
    """Thrown, it goes to the nearest scope that catches it; caught, it leaves what came with it in a variable."""

    code: str | None
    variable: str | None
    expression: str | None

    def throw(self, my_task: Task) -> None:
        payload = my_task.workflow.script_engine.evaluate(my_task, self.expression) if self.expression else None
        raise_from(my_task, type(self), self.code, payload if payload is not None else self.plain())

    def plain(self) -> Any:
        return None

    def catch(self, my_task: Task, event: BpmnEvent) -> None:
        my_task._set_internal_data(event_fired=True, **{_CAUGHT: event.payload})

    def update_task_data(self, my_task: Task) -> None:
        payload = my_task.internal_data.pop(_CAUGHT, None)
        name = self.variable or (VARIABLE if isinstance(self, Error) else None)
        if name and payload is not None:
            my_task.data[name] = payload


class Error(_Nearest, ErrorEventDefinition):  # type: ignore[misc]
    """An error: drawn at an end event, or the failure of a job."""

    def plain(self) -> dict[str, str]:
        return {"code": self.code or "", "text": self.name or ""}


class Escalation(_Nearest, EscalationEventDefinition):  # type: ignore[misc]
    """An escalation out of a sub-process."""


def raise_from(task: Task, kind: type, code: str | None, payload: Any) -> Task | None:
    """Let the nearest event around a task that takes this code catch it; return that event, None when none does."""
    for host in _around(task):
        found = _catching(host, kind, code)
        if found is not None:
            found.task_spec.catch(found, BpmnEvent(found.task_spec.event_definition, payload=payload))
            found.task_spec._update(found)
            return found
    return None


def _around(task: Task) -> Iterator[Task]:
    yield task
    part = task.workflow
    while part.parent_task_id is not None:
        above = part.parent_workflow
        yield above.tasks[part.parent_task_id]
        part = above


def _catching(host: Task, kind: type, code: str | None) -> Task | None:
    beside = host.parent.children if host.parent is not None else []
    waiting = [
        one
        for one in beside
        if isinstance(one.task_spec, BoundaryEvent)
        and one.state == TaskState.WAITING
        and isinstance(one.task_spec.event_definition, kind)
        and _code(one) in {None, code}
    ]
    # An event that names the code goes before one that takes whatever comes.
    return min(waiting, key=lambda one: _code(one) is None, default=None)


def _code(event: Task) -> str | None:
    found: str | None = event.task_spec.event_definition.code
    return found
