"""Joins that count only what arrived since they last fired: in a loop, SpiffWorkflow counts earlier rounds as well."""

from collections.abc import Iterable, Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState

from app.engine.expressions import ExpressionError


def _this_round(join: Any, task: Task) -> Iterator[Task]:
    """Yield every task since the join last fired on the way to this one, none that comes after it."""
    above = task.parent
    while above is not None and above.task_spec is not join:
        above = above.parent
    pending = list(above.children) if above is not None else [task.workflow.task_tree]
    while pending:
        here = pending.pop()
        yield here
        if here.task_spec is not join:
            pending.extend(here.children)


def _arrived(join: Any, tasks: Iterable[Task]) -> set[Any]:
    """Return the elements before the join from which a branch has arrived."""
    return {t.parent.task_spec for t in tasks if t.task_spec is join and t.parent.state == TaskState.COMPLETED}


def _merge(join: Any, task: Task) -> None:
    others = [t for t in _this_round(join, task) if t.task_spec is join and t.has_state(TaskState.FINISHED_MASK)]
    for other in sorted(others, key=lambda t: float(t.last_state_change)):
        DeepMerge.merge(task.data, other.parent.data)
    task._inherit_data()


class ParallelJoin(ParallelGateway):  # type: ignore[misc]
    """Fires when a branch has arrived on every way in, but for those that lead here only from itself."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        missing = set(self.inputs) - _arrived(self, _this_round(self, my_task))
        pending = list(my_task.children)
        while missing and pending:
            task = pending.pop()
            missing.discard(task.task_spec)
            pending.extend(task.children)
        return not missing

    def _run_hook(self, my_task: Task) -> bool:
        _merge(self, my_task)
        return True


class InclusiveJoin(InclusiveGateway):  # type: ignore[misc]
    """Fires when no branch under way can still arrive on a way in that is empty (BPMN 2.0.2, section 13.4.3)."""

    def _check_threshold_unstructured(self, my_task: Task) -> bool:
        tasks = list(_this_round(self, my_task))
        filled = _arrived(self, tasks)
        under_way = {t.task_spec for t in tasks if t.has_state(TaskState.DEFINITE_MASK)} - {self}
        return not any(self._awaited(ahead, filled) for ahead in map(self._ahead, under_way))

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
        _merge(self, my_task)
        chosen, otherwise = self._get_matching_outputs(my_task)
        if not (chosen or otherwise):
            raise ExpressionError("No condition holds and there is no default flow.")
        my_task._sync_children(chosen or otherwise, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True
