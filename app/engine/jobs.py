"""Jobs: the row is the promise. Claimed with a lease and a fence, finished with the work, found again when missed."""

import json
from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow.util.task import TaskState
from sqlalchemy import ColumnElement, bindparam, or_, select, update

from app import clock
from app.config import settings
from app.db import db
from app.engine import asking, walk
from app.engine.models import Incident, Job

MAX_ATTEMPTS = 5
BACKOFF_SECONDS = (2, 10, 60, 300)
_GRACE = timedelta(seconds=2)

# Due dates that a clock wrote which was put back since: nobody leases or pauses for that long.
_NEVER_WAITS = (Job.state == "queued") & (Job.attempts == 0) & (Job.due_at > bindparam("soon"))
_TOO_FAR = Job.due_at > bindparam("far")
_CLAIM = (
    update(Job)
    .where(Job.id == bindparam("which"), Job.state.in_(("queued", "leased")))
    .where(or_(Job.due_at <= bindparam("now"), _NEVER_WAITS, _TOO_FAR))
    .values(state="leased", fence=Job.fence + 1, attempts=Job.attempts + 1, due_at=bindparam("until"))
    .returning(Job)
    .execution_options(synchronize_session=False, populate_existing=True)
)

_HOLD = select(Job).where(Job.id == bindparam("which")).with_for_update().execution_options(populate_existing=True)
_EARLIER = select(Job).where(Job.unique_key == bindparam("unique_key")).execution_options(autoflush=False)


def enqueue(topic: str, params: dict[str, Any], *, unique_key: str | None = None) -> Job:
    """Ask for work outside any process; a unique key that was used before gives the earlier job."""
    if unique_key is None:
        return asking.ask(topic, params)
    asked = next((job for job in asking.asked() if job.unique_key == unique_key), None)
    earlier = asked or db.session.scalar(_EARLIER, {"unique_key": unique_key})
    return earlier or asking.ask(topic, params, unique_key=unique_key)


def claim(job_id: int) -> Job | None:
    """Take a due job under a lease, raising its fence; None when it is done, dropped or in other hands."""
    now = clock.now()
    until = now + timedelta(seconds=settings().lease_seconds)
    moments = {"now": now, "until": until, **_future(now)}
    taken: Job | None = db.session.execute(_CLAIM, {"which": job_id, **moments}).scalar()
    return taken


def held(job_id: int, instance_id: int | None, fence: int) -> Job | None:
    """Return a job, locked, if the claim with this fence still holds; its instance, if it has one, is locked first."""
    if instance_id is not None:
        walk.live(instance_id)
    row = db.session.scalars(_HOLD, {"which": job_id}).one()
    return row if row.state == "leased" and row.fence == fence else None


def finish(job: Job, result: dict[str, Any] | None) -> None:
    """Keep the result and walk on; a result nobody waits for any more is dropped.

    Raise TypeError or ValueError for a result that is no JSON.
    """
    json.dumps(result, allow_nan=False)  # at the commit, nobody would know any more whose result it is
    one = walk.live(job.instance_id) if job.instance_id is not None else None
    waiting = one.task(job.task_id or "", TaskState.STARTED) if one is not None else None
    asking.end(job, "done" if one is None or waiting is not None else "dropped", result)
    if one is None or waiting is None:
        return
    if result is not None and waiting.task_spec.result_variable:
        waiting.data[waiting.task_spec.result_variable] = result
    waiting.internal_data.pop("job", None)
    waiting.complete()
    one.answered("job", str(waiting.id))
    one.completed(waiting, one.by, inputs=job.params, outputs=result or {})
    one.advance(alone=True)


def fail(job: Job, text: str, *, retry: bool, code: str = "failed") -> None:
    """Try again later; else raise the error `code` for the drawing to catch, or open an incident a person sees."""
    job.error = text[:4000]
    if retry and job.attempts < MAX_ATTEMPTS:
        wait = BACKOFF_SECONDS[min(job.attempts, len(BACKOFF_SECONDS)) - 1]
        job.state, job.due_at = "queued", clock.now() + timedelta(seconds=wait)
        return
    job.finished_at = clock.now()
    if job.instance_id is not None and walk.live(job.instance_id).failed(job.task_id or "", code, job.error):
        job.state = "raised"
        return
    job.state = "failed"
    db.session.add(Incident(instance_id=job.instance_id, job_id=job.id, element=job.element, text=job.error))


def deserted(limit: int = 500) -> list[int]:
    """Return jobs whose worker went silent: their lease is over."""
    now = clock.now()
    return _due(limit, Job.state == "leased", Job.due_at <= now)


def missed(limit: int = 500, grace: timedelta = _GRACE) -> list[int]:
    """Return queued jobs no nudge reached within `grace` and leased ones whose worker went silent."""
    now = clock.now()
    late = (Job.state == "queued", Job.due_at <= now - grace), (Job.state == "leased", Job.due_at <= now)
    ahead = (_NEVER_WAITS,), *((Job.state == state, _TOO_FAR) for state in ("queued", "leased"))
    return list(dict.fromkeys(job for which in (*late, *ahead) for job in _due(limit, *which, **_future(now))))


def due_retry(limit: int = 500) -> list[int]:
    """Return queued jobs whose waiting time after a failure has just ended; later they count as missed."""
    now = clock.now()
    return _due(limit, Job.state == "queued", Job.due_at > now - _GRACE, Job.due_at <= now, Job.attempts > 0)


def _due(limit: int, *which: ColumnElement[bool], **moments: datetime) -> list[int]:
    # One state at a time, so that the index answers and finished jobs are never read.
    return list(db.session.scalars(select(Job.id).where(*which).order_by(Job.due_at).limit(limit), moments))


def _future(now: datetime) -> dict[str, datetime]:
    longest = max(settings().lease_seconds, *BACKOFF_SECONDS)
    return {"soon": now + _GRACE, "far": now + timedelta(seconds=longest) + _GRACE}
