"""The append-only history of an instance: every step, flow taken, input, output, actor and version."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task

from app import clock

if TYPE_CHECKING:
    from app.engine.walk import Live

MAX_VALUE = 20_000


def add(live: Live, actor: str, kind: str, *, element: str = "", flow: str = "", **fields: Any) -> None:
    """Add one row, written with the state when the walk is saved; `fields` are inputs, outputs and duration_ms."""
    live.steps.append(
        {
            "at": clock.now(),
            "actor": actor,
            "kind": kind,
            "element": element,
            "element_name": live.plan.drawing.names.get(element, ""),
            "flow": flow,
            "business_key": live.instance.business_key,
            "instance_id": live.instance.id,
            "version": live.plan.version,
            "inputs": _bounded(fields.get("inputs")),
            "outputs": _bounded(fields.get("outputs")),
            "duration_ms": fields.get("duration_ms"),
        }
    )


def entered(live: Live, task: Task, inputs: dict[str, Any] | None = None) -> None:
    """Write that the instance now waits at an element."""
    task._set_internal_data(since=clock.now().isoformat())
    add(live, live.by, "entered", element=task.task_spec.bpmn_id, flow=flow_into(live, task), inputs=inputs)


def completed(
    live: Live, task: Task, actor: str, *, inputs: dict[str, Any] | None = None, outputs: dict[str, Any] | None = None
) -> None:
    """Write that an element is done; hidden helper specifications leave no row."""
    element = getattr(task.task_spec, "bpmn_id", None)
    if not element:
        return
    decision = task.internal_data.get("decision")
    since = task.internal_data.get("since")
    add(
        live,
        actor,
        "completed",
        element=element,
        flow="" if since else flow_into(live, task),
        inputs=decision["inputs"] if decision else inputs,
        outputs=outputs if outputs is not None else _changed(task) | ({"rules": decision["rules"]} if decision else {}),
        duration_ms=_elapsed(since),
    )


def flow_into(live: Live, task: Task) -> str:
    """Return the id of the sequence flow by which the task was reached, empty at a start."""
    above = task.parent
    while above is not None and not getattr(above.task_spec, "bpmn_id", None):
        above = above.parent
    if above is None:
        return ""
    return live.plan.drawing.flows.get((above.task_spec.bpmn_id, task.task_spec.bpmn_id), "")


def _changed(task: Task) -> dict[str, Any]:
    before = task.parent.data if task.parent is not None else {}
    return {k: v for k, v in task.data.items() if k not in before or before[k] != v}


def _elapsed(since: str | None) -> float | None:
    if since is None:
        return None
    return round((clock.now() - datetime.fromisoformat(since)).total_seconds() * 1000, 3)


def _bounded(value: dict[str, Any] | None) -> dict[str, Any] | None:
    if not value or len(json.dumps(value, default=str)) <= MAX_VALUE:
        return value
    return {"cut": json.dumps(value, default=str)[:MAX_VALUE]}
