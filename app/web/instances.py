"""One running or finished process: where did it go, and why?"""

from typing import Any

from flask import Blueprint, render_template

from app import engine
from app.engine.models import Instance
from app.tickets import finding
from app.tickets.ticket import Ticket
from app.web.access import allow
from app.web.process_line import sentence
from app.web.trail import trail

blueprint = Blueprint("instances", __name__)
SHOWN_ROWS = 1_000


@blueprint.get("/instances/<public_id>")
@allow("instance.read")
def show(public_id: str) -> str:
    """Show the diagram with the path taken, its history and what it waits for."""
    instance = engine.instance(public_id)
    rows = engine.history(instance)
    steps = trail(rows[-SHOWN_ROWS:])
    drawn = engine.diagram(instance)
    return render_template(
        "instances/show.html",
        instance=instance,
        ticket=_ticket_of(instance),
        siblings=engine.instances_of(instance.business_key),
        steps=steps,
        earlier=len(rows) > SHOWN_ROWS,
        waits=_waits(drawn["waiting"], "task", "job", "timer"),
        listens=_waits(drawn["waiting"], "message"),
        drawn=drawn,
    )


def _ticket_of(instance: Instance) -> Ticket | None:
    kind, _, key = instance.business_key.partition(":")
    return finding.by_id(int(key)) if kind == "ticket" and key.isdigit() else None


def _waits(waiting: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    said = [
        {"text": sentence(row), "due": row["detail"] if row["kind"] == "timer" else ""}
        for row in waiting
        if row["kind"] in kinds
    ]
    return list({row["text"]: row for row in said}.values())
