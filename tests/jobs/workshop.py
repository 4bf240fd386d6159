"""A few service tasks in a row, and the workers who do them when a test says so."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from engine.drawings import definitions, flow, form, message, node, operator
from flask import Flask
from sqlalchemy import select

from app import clock, engine, events, relay
from app.db import db
from app.engine import library, operations
from app.engine.models import Incident, Job
from app.events import Event
from workers import runner

KEY = "case:1"
BY = "agent:1"


class Workshop:
    """Runs a drawing under the key `case:1`."""

    def __init__(self, flask: Flask) -> None:
        self.flask = flask

    def offers(self, name: str, call: Callable[..., Any]) -> None:
        """Offer an operation; a generator function is a slow one."""
        operations._operations.pop(name, None)
        operations.topic(name)(call)

    def begin(self, *names: str) -> None:
        """Start a process of one service task per name, `do.<name>`, then a user task `last`.

        `customer.replied` interrupts each task and leads to the user task `instead`.
        """
        boxes, ways = [], ["start"]
        for name in names:
            boxes.append(node("serviceTask", name, inner=operator(f"do.{name}", "answer")))
            boxes.append(
                node("boundaryEvent", f"{name}_off", inner=message("customer.replied"), attachedToRef=name)
                + flow(f"off_{name}", f"{name}_off", "off")
            )
            ways.append(name)
        ways += ["last", "end"]
        lines = [flow(f"f{n}", *pair) for n, pair in enumerate(pairwise(ways))]
        ends = node("userTask", "last", inner=form("answer")) + node("endEvent", "end")
        off = node("exclusiveGateway", "off") + node("userTask", "instead", inner=form("answer"))
        off += node("endEvent", "off_end") + flow("o1", "off", "instead") + flow("o2", "instead", "off_end")
        start = node("startEvent", "start", inner=message("request.received"))
        library.store(definitions("".join([start, *boxes, ends, off, *lines])), note="n", by="system")
        engine.deliver("request.received", KEY, {"case": 1}, by="contact:1")
        relay.commit()

    def job(self, name: str) -> Job:
        """Return the newest job of a service task."""
        found = db.session.scalars(select(Job).where(Job.element == name).order_by(Job.id.desc()).limit(1))
        return found.one()

    def work(self) -> int:
        """Let a worker do what is due; return how many jobs were tried."""
        count = 0
        while (job_id := self._due()) is not None:
            db.session.rollback()
            runner.run(job_id)
            count += 1
        db.session.rollback()
        return count

    def _due(self) -> int | None:
        due = select(Job.id).where(Job.state == "queued", Job.due_at <= clock.now())
        return db.session.scalar(due.order_by(Job.id).limit(1))

    def waiting(self) -> list[str]:
        [instance] = engine.instances_of(KEY)
        return sorted(w["element"] for w in engine.waiting(instance) if not w["boundary"])

    def incidents(self) -> list[tuple[str, str, str]]:
        """Return (element, state, text) of every incident, oldest first."""
        columns = select(Incident.element, Incident.state, Incident.text).order_by(Incident.id)
        return [tuple(row) for row in db.session.execute(columns)]

    def interrupt(self) -> None:
        engine.deliver("customer.replied", KEY, {}, by="contact:1")
        relay.commit()

    def did(self, name: str) -> int:
        """Return how often an operation's effect was kept."""
        return len(db.session.scalars(select(Event.id).where(Event.name == f"did.{name}")).all())


def leaves_a_trace(name: str) -> Callable[[], dict[str, str]]:
    """Return an operation whose effect is an event, kept when its transaction is."""

    def call() -> dict[str, str]:
        events.record(f"did.{name}", by="system", subject=KEY)
        return {"done": name}

    return call
