"""Bookmarks: where the processes of a business key stand, kept so that they can be put back there to the letter.

What happens in between stays in the history; a process that went on or ended meanwhile is where it was, with the same
tasks, jobs and due dates. A timer that came due in between fires at once.
"""

from typing import Any

from sqlalchemy import select, update

from app import clock
from app.db import db
from app.engine import asking, locks, state, trail, walk
from app.engine.models import Bookmark, Incident, Instance, Job, KeptMessage, UserTask

UNDONE = ("queued", "leased", "failed")


def put(business_key: str, name: str) -> int:
    """Put a bookmark of this name into every running process of a business key; return how many run."""
    locks.lock({business_key})
    running = select(Instance.id).where(Instance.business_key == business_key, Instance.ended_at.is_(None))
    ids = list(db.session.scalars(running.order_by(Instance.id)))
    walk.take_in_hand(ids)
    for ident in ids:
        one = walk.live(ident, business_key)
        if one.workflow is not None:
            saved, status = state.save(one.workflow), one.instance.status
            db.session.add(Bookmark(instance_id=ident, name=name, state=saved, status=status, rows=_rows(ident)))
    db.session.flush()
    return len(ids)


def go_back(business_key: str, name: str, *, by: str) -> int:
    """Put every process of a business key back to its bookmark and take that out; return how many went back."""
    locks.lock({business_key})
    mine = select(Bookmark).join(Instance, Instance.id == Bookmark.instance_id)
    mine = mine.where(Instance.business_key == business_key, Bookmark.name == name).order_by(Bookmark.instance_id)
    marks = list(db.session.scalars(mine))
    walk.take_in_hand([mark.instance_id for mark in marks])
    for mark in marks:
        one = walk.live(mark.instance_id, business_key)
        if one.instance.ended_at is not None:
            _keep_again(mark)
        one.put_back(mark.state)
        one.instance.status, one.instance.ended_at = mark.status, None
        _reopen(mark)
        trail.add(one, by, "put_back", outputs={"as_of": mark.set_at.isoformat()})
        db.session.delete(mark)
    db.session.flush()
    return len(marks)


def _rows(instance_id: int) -> dict[str, Any]:
    tasks = select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.state == "open")
    jobs = select(Job.id, Job.state).where(Job.instance_id == instance_id, Job.state.in_(UNDONE))
    incidents = select(Incident.id).where(Incident.instance_id == instance_id, Incident.state == "open")
    kept = select(KeptMessage).where(KeptMessage.instance_id == instance_id).order_by(KeptMessage.id)
    return {
        "tasks": list(db.session.scalars(tasks)),
        "jobs": [list(row) for row in db.session.execute(jobs)],
        "incidents": list(db.session.scalars(incidents)),
        "kept": [[one.message, one.payload, one.actor] for one in db.session.scalars(kept)],
    }


def _reopen(mark: Bookmark) -> None:
    rows = mark.rows
    offered = update(UserTask).where(UserTask.id.in_(rows["tasks"]))
    db.session.execute(offered.values(state="open", completed_at=None, completed_by=None))
    for job_id, stood in rows["jobs"]:
        job = db.session.get_one(Job, job_id)
        job.finished_at, job.result = None, None
        job.state = "failed" if stood == "failed" else "queued"
        if job.state == "queued":
            job.due_at = clock.now()
            asking.again(job)
    stuck = update(Incident).where(Incident.id.in_(rows["incidents"]))
    db.session.execute(stuck.values(state="open", resolved_at=None, resolved_by=None))


def _keep_again(mark: Bookmark) -> None:
    for message, payload, actor in mark.rows["kept"]:
        db.session.add(KeptMessage(instance_id=mark.instance_id, message=message, payload=payload, actor=actor))
