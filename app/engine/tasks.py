"""User tasks: offered, claimed, completed once."""

from typing import Any

from SpiffWorkflow.util.task import TaskState
from sqlalchemy import bindparam, select, update
from sqlalchemy import event as sa_event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app import clock, events
from app.db import db
from app.engine import forms, walk
from app.engine.models import UserTask
from app.errors import Conflict, NotFound

_SEEN = "engine.tasks"
_BY_PUBLIC_ID = select(UserTask).where(UserTask.public_id == bindparam("public_id"))
_OPEN = select(UserTask).where(UserTask.business_key == bindparam("business_key"), UserTask.state == "open")
_TABLE = UserTask.metadata.tables["user_task"]
_CLOSE = update(_TABLE).where(_TABLE.c.id == bindparam("which"), _TABLE.c.state == "open")


class TaskTaken(Conflict):
    """Somebody was first: the task is no longer open."""


def task(public_id: str) -> UserTask:
    """Return a task by public id, looked for once per transaction; raise NotFound."""
    seen: dict[str, UserTask] = db.session.info.setdefault(_SEEN, {})
    if public_id not in seen:
        found = db.session.scalar(_BY_PUBLIC_ID, {"public_id": public_id})
        if found is None:
            raise NotFound("There is no such task.")
        seen[public_id] = found
    return seen[public_id]


@sa_event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_SEEN, None)


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
    one = walk.live(found.instance_id, found.business_key)
    db.session.flush()  # refreshing would forget what is not written yet
    db.session.refresh(found)
    if found.state != "open":
        raise _taken(found)
    return found, one


def _taken(found: UserTask) -> TaskTaken:
    return TaskTaken(_who_was_first(found), by=found.completed_by, at=found.completed_at)


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
    found = task(public_id)
    one = walk.live(found.instance_id, found.business_key)
    answer = forms.validated(found.form, data) if found.state == "open" else {}
    waiting = one.task(found.task_id, TaskState.READY)
    if not _close(found, by) or waiting is None:
        db.session.refresh(found)
        raise _taken(found)
    kept = {**_carried(found.form, answer), **(extra or {})}
    waiting.data.update(kept)
    waiting.run()
    one.answered("task", found.task_id)
    one.completed(waiting, by, inputs=answer, outputs=kept)
    one.advance()
    return found


def _close(found: UserTask, by: str) -> bool:
    """Say that a task is answered, if it is still open now that its instance is in hand."""
    done = {"state": "completed", "completed_by": by, "completed_at": clock.now(), "assignee": found.assignee or by}
    closed = db.session.execute(_CLOSE, {"which": found.id, **done})
    for name, value in done.items():
        set_committed_value(found, name, value)
    return closed.rowcount == 1  # type: ignore[attr-defined,no-any-return]


def _carried(form: str, answer: dict[str, Any]) -> dict[str, Any]:
    # Process data carries ids and decisions; what a form calls transient is in the history row only.
    transient = forms.form(form)["ui"].get("transient", []) if form else []
    return {k: v for k, v in answer.items() if k not in transient}


def assign_open(business_key: str, actor: str | None) -> None:
    """Offer the open, unclaimed tasks under a business key to one person."""
    for found in db.session.scalars(_OPEN, {"business_key": business_key}):
        if found.claimed_at is None:
            found.assignee = actor
