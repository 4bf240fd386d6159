"""Steps taken until everything waits. A step that fails is stuck, and only it: the others go on."""

from collections.abc import Callable, Iterator
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.compact import compact

MAX_STEPS = 2_000
MAX_ALONE = 20_000
"""Steps a process may take from one worker's job to the next without a person, a message or a timer."""
MAX_TOKENS = 250
"""Places an instance may be at once: a loop that splits has thousands before it took MAX_STEPS."""
STUCK, _ALONE = "stuck", "alone"
_BETWEEN = 50
"""Steps after which closed cycles leave the tree: SpiffWorkflow loses sight of tasks 1,000 levels deep."""


def pass_start(workflow: Any, data: dict[str, Any], message: str) -> None:
    """Let a new workflow come past its start, by a message if one began it."""
    root = workflow.task_tree
    root.run()
    for task in root.children:
        if message and task.state == TaskState.WAITING:
            task.data.update(data)
            task._set_internal_data(event_fired=True)
            task.task_spec._update(task)


def take(workflow: Any, completed: Callable[[Task], None], alone: bool = False) -> None:
    """Run what is ready until everything waits or is stuck, telling of every completed step.

    `alone` says that a worker's job brought it here: those steps add up over the jobs, so that a loop of service
    tasks comes to an end as well.
    """
    taken, before = 0, workflow.data.pop(_ALONE, 0) if alone else 0
    workflow.data.pop(_ALONE, None)
    while (task := _next(workflow)) is not None:
        taken += 1
        if (why := _runs_away(workflow, taken, before + taken)) is not None:
            mark(task, why)
            return
        try:
            task.run()
        except Exception as error:
            task._set_state(TaskState.READY)
            mark(task, str(error) or type(error).__name__)
            continue
        if task.state == TaskState.COMPLETED:
            completed(task)
        _close_parts(workflow)
        if taken % _BETWEEN == 0:
            compact(workflow)
    if alone:
        workflow.data[_ALONE] = before + taken


def mark(task: Task, text: str) -> None:
    """Note why a task cannot go on; it is left alone until somebody tries again."""
    task._set_internal_data(**{STUCK: text})


def element(task: Task) -> str:
    """Return the id of the element a task belongs to: helpers within a sub-process have none of their own."""
    here: Task | None = task
    while here is not None:
        if here.task_spec.bpmn_id:
            return str(here.task_spec.bpmn_id)
        part = here.workflow
        here = here.parent or (part.parent_workflow.tasks.get(part.parent_task_id) if part.parent_task_id else None)
    return ""


def again(workflow: Any, at: str) -> Iterator[str]:
    """Let what is stuck at an element be tried once more; yield the ids of its tasks."""
    for part in (workflow, *workflow.get_active_subprocesses()):
        for task in list(part.tasks.values()):
            if STUCK in task.internal_data and element(task) == at:
                del task.internal_data[STUCK]
                if task.state == TaskState.WAITING:
                    task.task_spec._update(task)
                yield str(task.id)


def _next(workflow: Any) -> Task | None:
    parts = sorted(workflow.get_active_subprocesses(), key=lambda p: -p.depth)
    for part in (*parts, workflow):
        for task in part.tasks.values():
            if task.state == TaskState.READY and not task.task_spec.manual and STUCK not in task.internal_data:
                return task
    return None


def _runs_away(workflow: Any, taken: int, alone: int) -> str | None:
    if taken > MAX_STEPS:
        return f"more than {MAX_STEPS} steps without waiting for anything"
    if alone > MAX_ALONE:
        return f"more than {MAX_ALONE} steps and jobs without a person, a message or a timer; a loop never ends"
    if taken % _BETWEEN == 0 and (here := _tokens(workflow)) > MAX_TOKENS:
        return f"it is at {here} places at once, more than {MAX_TOKENS}; a loop splits again and again"
    return None


def _tokens(workflow: Any) -> int:
    parts = (workflow, *workflow.get_active_subprocesses())
    alive = TaskState.DEFINITE_MASK & TaskState.NOT_FINISHED_MASK
    return sum(task.has_state(alive) for part in parts for task in part.tasks.values())


def _close_parts(workflow: Any) -> None:
    for part in list(workflow.subprocesses.values()):
        if part.completed:
            parent = part.parent_workflow.tasks.get(part.parent_task_id)
            if parent is not None and parent.state == TaskState.STARTED:
                parent.task_spec._update(parent)
