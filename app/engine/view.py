"""What a reader sees of an instance: its history rows and where it stands on the diagram."""

from collections import Counter
from typing import Any

from sqlalchemy import select

from app.db import db
from app.engine import library, state
from app.engine.models import Definition, Incident, Instance, Job, Step, Subscription, Timer, UserTask
from app.engine.waits import waits


def instances_of(business_key: str) -> list[Instance]:
    """Return every instance under a business key, oldest first."""
    return list(db.session.scalars(select(Instance).where(Instance.business_key == business_key).order_by(Instance.id)))


def history(instance: Instance) -> list[dict[str, Any]]:
    """Return the history rows of an instance in order."""
    steps = db.session.scalars(select(Step).where(Step.instance_id == instance.id).order_by(Step.id))
    return [
        {
            "seq": number,
            "at": step.at.isoformat(),
            "actor": step.actor,
            "kind": step.kind,
            "element": step.element,
            "element_name": step.element_name,
            "flow": step.flow,
            "business_key": step.business_key,
            "instance": instance.public_id,
            "version": step.version,
            "inputs": step.inputs,
            "outputs": step.outputs,
            "duration_ms": step.duration_ms,
        }
        for number, step in enumerate(steps, start=1)
    ]


def diagram(instance: Instance) -> dict[str, Any]:
    """Return the drawing with the path taken: {xml, completed, flows, active, counts, incidents, waiting}."""
    rows = list(
        db.session.execute(
            select(Step.kind, Step.element, Step.flow).where(Step.instance_id == instance.id).order_by(Step.id)
        )
    )
    stuck = db.session.scalars(
        select(Incident.element).where(Incident.instance_id == instance.id, Incident.state == "open")
    )
    return {
        "xml": instance.definition.xml,
        "completed": sorted({r.element for r in rows if r.kind == "completed" and r.element}),
        "flows": sorted({r.flow for r in rows if r.flow}),
        "active": _active(instance),
        "counts": dict(Counter(r.element for r in rows if r.kind == "completed" and r.element)),
        "incidents": list(stuck),
        "waiting": waiting(instance),
    }


def _active(instance: Instance) -> list[str]:
    """Return where it stands in its own drawing: at a call activity while what that calls waits."""
    plan = library.plan(instance.definition)
    found = [w["element"] for w in waiting(instance) if not w["boundary"]]
    if instance.state and plan.drawing.called.intersection(found):
        found += [wait.element for wait in waits(state.restore(instance.state, plan)) if wait.kind == "part"]
    return [element for element in found if element not in plan.drawing.called]


def waiting(instance: Instance) -> list[dict[str, Any]]:
    """Return what the instance waits for: {kind, element, name, detail, boundary}."""
    if instance.ended_at is not None:
        return []
    drawing = library.plan(instance.definition).drawing
    found: list[tuple[str, str, str]] = []
    for job in _rows(Job, instance, Job.state.in_(("queued", "leased", "failed"))):
        found.append(("job", job.element, job.topic))
    for task in _rows(UserTask, instance, UserTask.state == "open"):
        found.append(("task", task.element, task.assignee or ""))
    for timer in _rows(Timer, instance, Timer.state == "waiting"):
        found.append(("timer", timer.element, timer.due_at.isoformat()))
    for message in _rows(Subscription, instance):
        found.append(("message", message.element, message.message))
    return [
        {"kind": k, "element": e, "name": drawing.names.get(e, e), "detail": d, "boundary": e in drawing.boundaries}
        for k, e, d in found
    ]


def name_of(definition: Definition, element: str) -> str:
    """Return what a drawing calls one of its elements; empty where it has none or no such element."""
    return library.plan(definition).drawing.names.get(element, "")


def _rows(model: Any, instance: Instance, *where: Any) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.instance_id == instance.id, *where).order_by(model.id)))
