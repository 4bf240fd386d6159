"""User tasks: offered, claimed, completed once."""

from typing import Any

from SpiffWorkflow.util.task import TaskState
from sqlalchemy import select

from app import clock, events
from app.db import db
from app.engine import forms, walk
from app.engine.models import UserTask
from app.errors import Conflict, NotFound


class TaskTaken(Conflict):
    """Somebody was first: the task is no longer open."""


def task(public_id: str) -> UserTask:
    """Return a task by public id; raise NotFound."""
    found = db.session.scalar(select(UserTask).where(UserTask.public_id == public_id))
    if found is None:
        raise NotFound("There is no such task.")
    return found


def open_tasks(
    business_key: str | None = None,
    assignee: str | None = None,
    lanes: set[str] | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[UserTask]:
    """Return open tasks, due first; `assignee` is an actor, `lanes` those the reader may answer."""
    query = select(UserTask).where(UserTask.state == "open")
    if business_key is not None:
        query = query.where(UserTask.business_key == business_key)
    if assignee is not None:
        query = query.where(UserTask.assignee == assignee)
    if lanes is not None:
        query = query.where(UserTask.lane.in_(lanes))
    return list(
        db.session.scalars(query.order_by(UserTask.due_at.nulls_last(), UserTask.id).limit(limit).offset(offset))
    )


def _hold(public_id: str) -> tuple[UserTask, walk.Live]:
    found = task(public_id)
    one = walk.live(found.instance_id)
    db.session.refresh(found)
    if found.state != "open":
        raise TaskTaken(_who_was_first(found), by=found.completed_by, at=found.completed_at)
    return found, one


def _who_was_first(found: UserTask) -> str:
    when = f"{found.completed_at:%Y-%m-%d %H:%M:%S} UTC" if found.completed_at else "just now"
    if found.state == "completed":
        return f"“{found.name}” was completed by {found.completed_by} at {when}."
    return f"“{found.name}” is no longer offered: the process moved on at {when}."


def claim(public_id: str, *, by: str) -> UserTask:
    """Take a task for oneself; raise TaskTaken when somebody else holds it or it is over."""
    found, _ = _hold(public_id)
    if found.assignee == by:
        return found
    if found.assignee is not None and found.claimed_at is not None:
        raise TaskTaken(f"“{found.name}” was taken by {found.assignee}.", by=found.assignee, at=found.claimed_at)
    before, found.assignee, found.claimed_at = found.assignee, by, clock.now()
    events.record(
        "task.claimed",
        by=by,
        subject=found.business_key,
        before={"assignee": before},
        after={"assignee": by},
        data={"task": found.public_id},
    )
    return found


def release(public_id: str, *, by: str) -> UserTask:
    """Give a task back to everybody."""
    found, _ = _hold(public_id)
    if found.assignee is not None:
        before, found.assignee, found.claimed_at = found.assignee, None, None
        events.record("task.released", by=by, subject=found.business_key, before={"assignee": before})
    return found


def complete(public_id: str, data: dict[str, Any], *, by: str, extra: dict[str, Any] | None = None) -> UserTask:
    """Answer a task and walk on. `extra` are ids the desk adds to the form's fields.

    Raise TaskTaken (409) when it is over, Invalid (422) when the form is wrong.
    """
    found, one = _hold(public_id)
    answer = forms.validated(found.form, data)
    waiting = one.task(found.task_id, TaskState.READY)
    if waiting is None:
        raise TaskTaken(_who_was_first(found))
    found.state, found.completed_by, found.completed_at = "completed", by, clock.now()
    found.assignee = found.assignee or by
    kept = {**_carried(found.form, answer), **(extra or {})}
    waiting.data.update(kept)
    waiting.run()
    one.answered("task", found.task_id)
    one.completed(waiting, by, inputs=answer, outputs=kept)
    one.advance()
    return found


def _carried(form: str, answer: dict[str, Any]) -> dict[str, Any]:
    # Process data carries ids and decisions; what a form calls transient is in the history row only.
    transient = forms.form(form)["ui"].get("transient", []) if form else []
    return {k: v for k, v in answer.items() if k not in transient}


def assign_open(business_key: str, actor: str | None) -> None:
    """Offer the open, unclaimed tasks under a business key to one person."""
    for found in open_tasks(business_key):
        if found.claimed_at is None:
            found.assignee = actor
