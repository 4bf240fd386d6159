"""Many processes whose timers come due, made by copying one that the engine began and brought to its wait.

Each waits for a person at `ask`; its timer takes that task away and offers `look` instead.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.drawings import definitions, flow, form, node, timer
from flask import Flask
from sqlalchemy import delete, func, insert, select

import app.models  # noqa: F401  the tables
from app import clock, engine, relay
from app.db import db, new_public_id
from app.engine.models import Instance, Step, Timer, UserTask
from workers import topics  # noqa: F401  what the check of a drawing knows

KEY = "patience"
FORM = "resolve"
ANSWER = {"resolution": "answered"}


def drawing(expression: str = '"PT24H"', beside: str = "") -> str:
    """Return the process with a timer of this expression, and what else is drawn."""
    boxes = (
        node("startEvent", "start", out="f1")
        + node("userTask", "ask", "f1", "f2", inner=form(FORM))
        + node("boundaryEvent", "late", out="f3", inner=timer("timeDuration", expression), attachedToRef="ask")
        + node("userTask", "look", "f3", "f4", inner=form(FORM))
        + node("endEvent", "done", "f2")
        + node("endEvent", "over", "f4")
    )
    lines = (("f1", "start", "ask"), ("f2", "ask", "done"), ("f3", "late", "look"), ("f4", "look", "over"))
    return definitions(boxes + "".join(flow(*line) for line in lines) + beside, key=KEY)


def begin(key: str) -> Instance:
    """Start one process."""
    started = engine.start(KEY, business_key=key, data={}, by="system")
    relay.commit()
    return started


def copies(count: int, due: Callable[[int], datetime], name: str = "case") -> list[int]:
    """Add so many processes that wait as one does, each with its due date; return their ids."""
    first = begin(f"{name}:first")
    [task] = db.session.scalars(select(UserTask).where(UserTask.instance_id == first.id))
    [waiting] = db.session.scalars(select(Timer).where(Timer.instance_id == first.id))
    like, ids = (_row(first), _row(task), _row(waiting)), []
    for at in range(0, count, 1_000):
        numbers = range(at, min(at + 1_000, count))
        keys = [f"{name}:{n}" for n in numbers]
        rows = [{**like[0], "public_id": new_public_id(), "business_key": key} for key in keys]
        made = list(db.session.scalars(insert(Instance).returning(Instance.id, sort_by_parameter_order=True), rows))
        pairs = list(zip(made, keys, strict=True))
        tasks = [{**like[1], "public_id": new_public_id(), "instance_id": i, "business_key": key} for i, key in pairs]
        db.session.execute(insert(UserTask), tasks)
        moments = [due(n) for n in numbers]
        timers = [{**like[2], "instance_id": i, "due_at": d, "look_at": d} for i, d in zip(made, moments, strict=True)]
        db.session.execute(insert(Timer), timers)
        ids += made
    db.session.execute(delete(Timer).where(Timer.id == waiting.id))
    db.session.commit()
    return ids


def _row(one: Any) -> dict[str, Any]:
    return {column.name: getattr(one, column.name) for column in one.__table__.columns if column.name != "id"}


def spread(start: datetime, count: int, seconds: float) -> Callable[[int], datetime]:
    """Return due dates spread evenly over so many seconds."""
    return lambda number: start + timedelta(seconds=seconds * number / count)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a burst went; `late` are seconds, in rising order."""

    fired: int
    offered: int
    late: list[float]

    def at(self, share: float) -> float:
        """Return how late so large a share of the timers was at most."""
        return self.late[min(int(share * len(self.late)), len(self.late) - 1)]

    def said(self) -> str:
        """Return the figures."""
        marks = ((0.5, "p50"), (0.99, "p99"), (1, "worst"))
        return f"{len(self.late)} fired, " + ", ".join(f"{name} {self.at(share):.2f} s" for share, name in marks)


def outcome(ids: list[int]) -> Outcome:
    """Return what became of the timers of these processes."""
    low, high = ids[0], ids[-1]
    steps = select(Step.outputs).where(Step.instance_id.between(low, high), Step.kind == "timer")
    fired = select(func.count()).where(Timer.instance_id.between(low, high), Timer.state == "fired")
    offered = select(func.count()).where(UserTask.instance_id.between(low, high), UserTask.element == "look")
    late = sorted(row["late_seconds"] for row in db.session.scalars(steps) if row)
    found = Outcome(db.session.scalar(fired) or 0, db.session.scalar(offered) or 0, late)
    db.session.rollback()
    return found


def waiting(ids: list[int]) -> int:
    """Return how many of these timers have not fired."""
    mine = Timer.instance_id.between(ids[0], ids[-1])
    left = db.session.scalar(select(func.count()).where(mine, Timer.state == "waiting")) or 0
    db.session.rollback()
    return left


@contextmanager
def beside(url: str) -> Iterator[None]:
    """Look into the database of an installation from here."""
    flask = Flask("beside")
    flask.config["SQLALCHEMY_DATABASE_URI"] = url.replace("postgresql://", "postgresql+psycopg://", 1)
    db.init_app(flask)
    with flask.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def soon(seconds: float) -> datetime:
    """Return a moment from now."""
    return clock.now() + timedelta(seconds=seconds)
