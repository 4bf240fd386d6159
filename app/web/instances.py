"""One running or finished process: where did it go, and why?"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import engine, relay
from app.engine.models import Instance
from app.errors import Invalid
from app.text import clean
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


@blueprint.post("/instances/<public_id>/cancellation")
@allow("instance.cancel")
def cancel(public_id: str) -> Response:
    """End it where it stands."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise Invalid("Say why this process is not to go on.", {"reason": "is empty"})
    engine.cancel(public_id, by=current_user.actor, reason=clean(reason, 2_000))
    relay.commit()
    return redirect(url_for("web.instances.show", public_id=public_id), 303)


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
