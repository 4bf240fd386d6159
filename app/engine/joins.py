"""Joins that count what arrived since they last fired: in a loop, SpiffWorkflow counts earlier rounds as well."""

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

from app.engine.expressions import ExpressionError

JOINED = "joined"
"""Marks what arrived at a join and went on with it."""


def _arrivals(join: Any, workflow: Any) -> list[Task]:
    """Return what arrived at the join and has not gone on yet, in the order it came."""
    found = [
        task
        for task in workflow.tasks.values()
        if task.task_spec is join and JOINED not in task.internal_data and task.parent.state == TaskState.COMPLETED
    ]
    return sorted(found, key=lambda task: float(task.last_state_change))


def _ways_in(arrivals: Iterable[Task]) -> set[Any]:
    return {task.parent.task_spec for task in arrivals}


def _go_on(join: Any, my_task: Task) -> None:
    arrivals = _arrivals(join, my_task.workflow)
    for other in arrivals:
        other._set_internal_data(**{JOINED: True})
        if other is not my_task:
            DeepMerge.merge(my_task.data, other.parent.data)
    my_task._inherit_data()


class ParallelJoin(ParallelGateway):  # type: ignore[misc]
    """Fires when a branch has arrived on every way in, but for those that lead here only from itself."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        missing = set(self.inputs) - _ways_in(_arrivals(self, my_task.workflow))
        pending = list(my_task.children)
        while missing and pending:
            task = pending.pop()
            missing.discard(task.task_spec)
            pending.extend(task.children)
        return not missing

    def _run_hook(self, my_task: Task) -> bool:
        _go_on(self, my_task)
        return True


class InclusiveJoin(InclusiveGateway):  # type: ignore[misc]
    """Fires when no branch under way can still arrive on a way in that is empty (BPMN 2.0.2, section 13.4.3)."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        filled = _ways_in(_arrivals(self, my_task.workflow))
        return not any(self._awaited(self._ahead(spec), filled) for spec in self._under_way(my_task.workflow))

    def _under_way(self, workflow: Any) -> set[Any]:
        found, pending = set(), [workflow.task_tree]
        while pending:
            task = pending.pop()
            if task.has_state(TaskState.DEFINITE_MASK) and task.task_spec is not self:
                found.add(task.task_spec)
            if task.task_spec is not self or JOINED in task.internal_data:
                pending.extend(task.children)
        return found

    def _awaited(self, ahead: set[Any], filled: set[Any]) -> bool:
        return bool(ahead & set(self.inputs) - filled) and not ahead & filled

    def _ahead(self, spec: Any) -> set[Any]:
        seen: set[Any] = set()
        pending = [spec]
        while pending:
            here = pending.pop()
            if here is not self and here not in seen:
                seen.add(here)
                pending.extend(here.outputs)
        return seen

    def _run_hook(self, my_task: Task) -> bool:
        _go_on(self, my_task)
        chosen, otherwise = self._get_matching_outputs(my_task)
        if not (chosen or otherwise):
            raise ExpressionError("No condition holds and there is no default flow.")
        my_task._sync_children(chosen or otherwise, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True
