"""One running or finished process: where did it go, and why?"""

from typing import Any

from flask import Blueprint, render_template

from app import engine
from app.engine.models import Instance
from app.tickets import finding
from app.tickets.ticket import Ticket
from app.web.access import allow
from app.web.process_line import sentence

blueprint = Blueprint("instances", __name__)
SHOWN_STEPS = 500
KINDS = {
    "started": "Started",
    "entered": "Arrived at",
    "completed": "Done",
    "cancelled": "Left undone",
    "message": "Heard",
    "timer": "Time came",
    "job": "Worker",
    "incident": "Got stuck",
    "ended": "Ended",
}


@blueprint.get("/instances/<public_id>")
@allow("instance.read")
def show(public_id: str) -> str:
    """Show the diagram with the path taken, its history and what it waits for."""
    instance = engine.instance(public_id)
    steps = [step for step in engine.history(instance) if step["kind"] != "flow"]
    drawn = engine.diagram(instance)
    return render_template(
        "instances/show.html",
        instance=instance,
        ticket=_ticket_of(instance),
        siblings=engine.instances_of(instance.business_key),
        steps=steps[-SHOWN_STEPS:],
        earlier=max(0, len(steps) - SHOWN_STEPS),
        kinds=KINDS,
        waits=_waits(drawn["waiting"]),
        drawn=drawn,
    )


def _ticket_of(instance: Instance) -> Ticket | None:
    kind, _, key = instance.business_key.partition(":")
    return finding.by_id(int(key)) if kind == "ticket" and key.isdigit() else None


def _waits(waiting: list[dict[str, Any]]) -> list[dict[str, Any]]:
    said = [{"text": sentence(row), "due": row["detail"] if row["kind"] == "timer" else ""} for row in waiting]
    return list({row["text"]: row for row in said}.values())
