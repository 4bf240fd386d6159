"""The slim line of steps on a ticket: what its process has done, where it stands, whether it is stuck."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from lxml import etree
from sqlalchemy import func, select

from app import engine
from app.db import db
from app.engine.models import Incident, Instance, Step, UserTask

SHOWN = 7
START = "request.received"
GOES_ON = "ticket.converted"
WORK = ("task", "job")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@dataclass(frozen=True)
class Past:
    """A step that is done, at its last visit."""

    name: str
    at: datetime
    actor: str


@dataclass(frozen=True)
class Line:
    """`now` says where it stands since when; `stuck` that an incident holds it."""

    instance: Instance
    past: list[Past]
    earlier: int
    now: str
    since: datetime | None
    stuck: bool


def line(instances: list[Instance]) -> Line | None:
    """Return the line of the request's process, or None where none runs yet."""
    request = next((i for i in reversed(instances) if i.definition.start_message in {START, GOES_ON}), None)
    if request is None:
        return None
    past = _past(request)
    stuck = select(Incident.id).where(Incident.instance_id == request.id, Incident.state == "open").limit(1)
    now, since = _now(request, past)
    return Line(request, past[-SHOWN:], max(0, len(past) - SHOWN), now, since, db.session.scalar(stuck) is not None)


def _past(instance: Instance) -> list[Past]:
    last = func.max(Step.id)
    newest = (
        select(last)
        .where(Step.instance_id == instance.id, Step.kind == "completed", Step.element_name != "")
        .group_by(Step.element)
        .order_by(last)
    )
    rows = db.session.scalars(select(Step).where(Step.id.in_(newest)).order_by(Step.id))
    return [Past(row.element_name, row.at, row.actor) for row in rows if not row.element_name.endswith("?")]


def _now(instance: Instance, past: list[Past]) -> tuple[str, datetime | None]:
    if instance.ended_at is not None:
        return "Ended", instance.ended_at
    waiting = engine.waiting(instance)
    for kind in WORK:
        names = [w["name"] for w in waiting if w["kind"] == kind]
        if names:
            return ", ".join(dict.fromkeys(names)), _since(instance, kind, past)
    since = past[-1].at if past else instance.started_at
    beside = _attached(instance.definition_id, instance.definition.xml)
    # What somebody does comes before the time that runs out meanwhile.
    awaited = [w["name"] for w in sorted(waiting, key=lambda w: w["kind"] == "timer") if w["element"] not in beside]
    return f"Waits for: {' or '.join(dict.fromkeys(awaited))}" if awaited else "Working", since


@lru_cache(maxsize=64)
def _attached(_definition_id: int, xml: str) -> frozenset[str]:
    """Return the ids of boundary events: they may interrupt, but are not where the process stands."""
    events = etree.fromstring(xml.encode(), _PARSER).iter("{*}boundaryEvent")
    return frozenset(event.get("id", "") for event in events)


def _since(instance: Instance, kind: str, past: list[Past]) -> datetime | None:
    if kind == "task":
        begun = select(func.max(UserTask.created_at)).where(
            UserTask.instance_id == instance.id, UserTask.state == "open"
        )
        return db.session.scalar(begun)
    return past[-1].at if past else None


def sentence(waiting: dict[str, Any]) -> str:
    """Say in plain words what an instance waits for; `waiting` is a row of engine.waiting."""
    said = {
        "task": "somebody to do “{name}”",
        "job": "a worker to finish “{name}”",
        "timer": "the time of “{name}”",
        "message": "“{name}”",
    }
    return said[waiting["kind"]].format(name=waiting["name"])
