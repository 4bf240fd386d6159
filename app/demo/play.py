"""Plays the script: every step, job and timer happens at its own moment, by the same code as in earnest."""

from datetime import datetime

from sqlalchemy import select

from app import clock, relay
from app.db import db, reading
from app.demo.acts import Scene, do
from app.demo.script import steps
from app.engine.models import Job, Timer
from workers import clock as timers
from workers import runner


def play(now: datetime) -> int:
    """Play every story up to `now` and return how many there were."""
    scenes: dict[str, Scene] = {}
    for step in steps(now):
        _pass_time(step.at)
        with clock.held(step.at):
            do(scenes.setdefault(step.story.name, Scene(step.story)), step)
            relay.commit()
            _work()
    _pass_time(now)
    return len(scenes)


def _pass_time(until: datetime) -> None:
    """Fire what becomes due up to a moment, each timer when it is due."""
    fired: int | None = None
    while (timer := _next_timer(until)) is not None:
        ident, due_at = timer
        if ident == fired:
            raise RuntimeError(f"Timer {ident} does not fire.")
        with clock.held(due_at):
            timers.fire_due()
            _work()
        fired = ident


def _work() -> None:
    """Run the jobs that wait, and those that follow, until none is due."""
    done: int | None = None
    while (job_id := _next_job()) is not None:
        if job_id == done:
            raise RuntimeError(f"Job {job_id} does not get done.")
        runner.run(job_id)
        done = job_id


def _next_timer(until: datetime) -> tuple[int, datetime] | None:
    due = select(Timer.id, Timer.due_at).where(Timer.state == "waiting", Timer.due_at <= until)
    with reading():
        found = db.session.execute(due.order_by(Timer.due_at, Timer.id).limit(1)).first()
        db.session.rollback()
    return None if found is None else (found[0], found[1])


def _next_job() -> int | None:
    due = select(Job.id).where(Job.state == "queued", Job.due_at <= clock.now())
    with reading():
        found = db.session.scalar(due.order_by(Job.id).limit(1))
        db.session.rollback()
    return found
