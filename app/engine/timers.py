"""Timers: due dates in an indexed table, claimed in batches, fired by compare-and-set in the transaction of the effect.

`look_at` is when a clock looks at a timer: first its due date, then the end of a claim or of a pause after a failure.
A claim only keeps clocks from doing the same work twice; that a timer fires once is settled where it fires.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import select, text, update

from app import clock
from app.db import db
from app.engine import jobs, trail, walk
from app.engine.dialect import Rhythm
from app.engine.models import Incident, Timer

CLAIM_SECONDS = 8.0
"""How long a clock that dies keeps its batch from the others."""

MAX_CLAIMS = 4 * jobs.MAX_ATTEMPTS
"""Only a clock that dies claims a timer more than MAX_ATTEMPTS times; this often is no chance."""

_PATIENCE = "500ms"
"""How long a timer waits for an instance that somebody holds, before the others' turn comes."""

_BY_ROW = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Claim:
    """A due timer in one clock's hands; `attempts` counts this claim as well."""

    id: int
    instance_id: int
    attempts: int


def due(limit: int = 200) -> list[int]:
    """Return the ids of timers to be looked at now, the longest due first."""
    query = select(Timer.id).where(Timer.state == "waiting", Timer.look_at <= clock.now())
    return list(db.session.scalars(query.order_by(Timer.look_at).limit(limit)))


def claim(until: datetime, limit: int) -> list[Claim]:
    """Take up to `limit` timers that came due until a moment, passing over what other clocks are taking."""
    found = select(Timer.id).where(Timer.state == "waiting", Timer.look_at <= until).order_by(Timer.look_at)
    mine = found.limit(limit).with_for_update(skip_locked=True).cte("mine")
    taken = update(Timer).where(Timer.id.in_(select(mine.c.id)))
    taken = taken.values(look_at=clock.now() + timedelta(seconds=CLAIM_SECONDS), attempts=Timer.attempts + 1)
    rows = db.session.execute(
        taken.returning(Timer.id, Timer.instance_id, Timer.attempts),
        execution_options=_BY_ROW,
    )
    return [Claim(*row) for row in rows]


def wake(timer_id: int) -> bool:
    """Fire one timer; False when somebody else did or the process no longer waits for it."""
    instance_id = db.session.scalar(select(Timer.instance_id).where(Timer.id == timer_id))
    return instance_id is not None and _fire({instance_id: walk.live(instance_id)}, [timer_id]) == 1


def fire(claims: list[Claim]) -> tuple[int, list[Claim]]:
    """Fire timers in the running transaction, each instance walked once it is free.

    Return how many were still waited for, and the claims whose instance somebody else holds just now.
    """
    lives = walk.live_free({claim.instance_id for claim in claims})
    mine = [claim.id for claim in claims if claim.instance_id in lives]
    return _fire(lives, mine), [claim for claim in claims if claim.instance_id not in lives]


def insist(claim: Claim) -> int:
    """Fire one timer in the running transaction, waiting a little for whoever holds its instance."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
    return _fire({claim.instance_id: walk.live(claim.instance_id)}, [claim.id])


def _fire(lives: dict[int, walk.Live], timer_ids: list[int]) -> int:
    now = clock.now()
    due = update(Timer).where(Timer.id.in_(timer_ids), Timer.state == "waiting").values(state="fired", fired_at=now)
    columns = (Timer.id, Timer.instance_id, Timer.task_id, Timer.element, Timer.due_at)
    fired = db.session.execute(due.returning(*columns), execution_options=_BY_ROW).all()
    count, walked = 0, set()
    with db.session.no_autoflush:  # so that the new rows of all instances are written together
        for timer in sorted(fired, key=lambda one: one.due_at):
            if timer.instance_id in walked:
                db.session.flush()
            walked.add(timer.instance_id)
            count += _happens(lives[timer.instance_id], timer, now)
    return count


def _happens(one: walk.Live, timer: Any, now: datetime) -> bool:
    waiting = one.task(timer.task_id, TaskState.WAITING)
    if waiting is None:  # an earlier one of the same batch interrupted it
        overtaken = update(Timer).where(Timer.id == timer.id).values(state="cancelled", fired_at=None)
        db.session.execute(overtaken, execution_options=_BY_ROW)
        return False
    late = round((now - timer.due_at).total_seconds(), 3)
    outputs = {"due_at": timer.due_at.isoformat(), "late_seconds": late}
    trail.add(one, "clock", "timer", element=timer.element, outputs=outputs)
    _happen(waiting)
    one.answered("timer", timer.task_id)
    one.advance()
    return True


def _happen(task: Task) -> None:
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


def pass_over(claims: list[Claim]) -> None:
    """Let timers be looked at again in a moment."""
    if claims:
        again = update(Timer).where(Timer.id.in_([claim.id for claim in claims]), Timer.state == "waiting")
        soon = clock.now() + timedelta(seconds=1)
        db.session.execute(again.values(look_at=soon), execution_options=_BY_ROW)


def put_off(claim: Claim, error: str) -> None:
    """Let a timer that failed be tried again later, or open an incident when it has failed too often."""
    mine = update(Timer).where(Timer.id == claim.id, Timer.state == "waiting", Timer.attempts == claim.attempts)
    if claim.attempts < jobs.MAX_ATTEMPTS:
        pause = timedelta(seconds=jobs.BACKOFF_SECONDS[claim.attempts - 1])
        db.session.execute(mine.values(look_at=clock.now() + pause), execution_options=_BY_ROW)
        return
    failed = mine.values(state="failed").returning(Timer.element)
    element = db.session.scalar(failed, execution_options=_BY_ROW)
    if element is not None:
        said = f"The timer could not fire: {error}"[:4000]
        db.session.add(Incident(instance_id=claim.instance_id, element=element, text=said))


def try_again(instance_id: int, element: str) -> None:
    """Let the failed timers of an element be looked at now."""
    failed = (Timer.instance_id == instance_id, Timer.element == element, Timer.state == "failed")
    again = update(Timer).where(*failed).values(state="waiting", look_at=clock.now(), attempts=0)
    db.session.execute(again, execution_options=_BY_ROW)
