"""Loop compaction: closed cycles leave the task tree, so that a ticket with thousands of replies costs what one does.

Where the path to a live task passes the same specification twice and everything else that hangs from the earlier visit
is finished, the later visit takes the earlier one's place. What happened is in the history rows; nothing is lost.
"""

from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState


def compact(workflow: Any) -> None:
    """Drop closed cycles and finished sub-processes from a workflow and its running sub-processes."""
    for part in (workflow, *workflow.get_active_subprocesses()):
        while _splice_one(part):
            pass
    for task_id, part in list(workflow.subprocesses.items()):
        parent = part.parent_workflow.tasks.get(task_id) if _reachable(workflow, task_id) else None
        if parent is None or parent.has_state(TaskState.FINISHED_MASK):
            del workflow.subprocesses[task_id]


def _reachable(workflow: Any, task_id: Any) -> bool:
    return task_id in workflow.tasks or any(task_id in part.tasks for part in workflow.subprocesses.values())


def _splice_one(part: Any) -> bool:
    finished = [task.task_spec.name for task in part.tasks.values() if task.has_state(TaskState.FINISHED_MASK)]
    if len(finished) == len(set(finished)):  # nothing was passed twice, so there is no path to look along
        return False
    for leaf in [t for t in part.tasks.values() if t.has_state(TaskState.DEFINITE_MASK & TaskState.NOT_FINISHED_MASK)]:
        path = _path(leaf)
        done = [task for task in path[1:] if task.has_state(TaskState.FINISHED_MASK)]
        last = {task.task_spec.name: task for task in done}
        for earlier in done:
            later = last[earlier.task_spec.name]
            if later is not earlier and _closed(part, earlier, later):
                _replace(part, earlier, later)
                return True
    return False


def _path(leaf: Task) -> list[Task]:
    path = [leaf]
    while path[-1].parent is not None:
        path.append(path[-1].parent)
    return path[::-1]


def _closed(part: Any, earlier: Task, later: Task) -> bool:
    pending = [earlier]
    while pending:
        task = pending.pop()
        if task is later:
            continue
        if not task.has_state(TaskState.FINISHED_MASK):
            return False
        pending.extend(part.tasks[child] for child in task._children)
    return True


def _replace(part: Any, earlier: Task, later: Task) -> None:
    above = earlier.parent
    doomed, pending = [], [earlier]
    while pending:
        task = pending.pop()
        if task is not later:
            doomed.append(task.id)
            pending.extend(part.tasks[child] for child in task._children)
    above._children[above._children.index(earlier.id)] = later.id
    later.parent = above
    for task_id in doomed:
        del part.tasks[task_id]
    if part.last_task is not None and part.last_task.id not in part.tasks:
        part.last_task = later
