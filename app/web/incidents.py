"""What is stuck, why, and what somebody did about it."""

import json

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from app import engine, relay, sight
from app.db import db
from app.engine.models import Incident
from app.errors import Invalid
from app.tickets import finding
from app.tickets.ticket import Ticket
from app.web.access import allow

blueprint = Blueprint("incidents", __name__)
STATES = {"open": "Open", "retried": "Tried again", "skipped": "Skipped"}


@blueprint.app_template_global()
def open_incidents() -> int:
    """Return how much is stuck, for the navigation."""
    stuck = select(func.count(Incident.id)).where(Incident.state == "open", sight.incidents(current_user))
    return db.session.scalar(stuck) or 0


@blueprint.get("/incidents")
@allow("instance.read")
def index() -> str:
    """List what is stuck, or what was."""
    state = request.args.get("state", "open")
    found = engine.incidents(state if state in STATES else "open", sight.incidents(current_user))
    return render_template("incidents/index.html", incidents=found, state=state, states=STATES, ticket_of=_ticket_of)


def _ticket_of(business_key: str) -> Ticket | None:
    kind, _, key = business_key.partition(":")
    return finding.by_id(int(key)) if kind == "ticket" and key.isdigit() else None


@blueprint.post("/incidents/<public_id>/retry")
@allow("incident.resolve")
def retry(public_id: str) -> Response:
    """Try the stuck step again."""
    engine.retry_incident(public_id, by=current_user.actor)
    relay.commit()
    return redirect(url_for("web.incidents.index"), 303)


@blueprint.post("/incidents/<public_id>/skip")
@allow("incident.resolve")
def skip(public_id: str) -> Response:
    """Go on as if the step had given this result, a JSON object."""
    engine.skip_incident(public_id, _result(request.form.get("result", "")), by=current_user.actor)
    relay.commit()
    return redirect(url_for("web.incidents.index"), 303)


def _result(text: str) -> dict[str, object] | None:
    if not text.strip():
        return None
    try:
        result = json.loads(text)
    except ValueError as error:
        raise Invalid(f"The result is not JSON: {error}.", {"result": "must be a JSON object"}) from None
    if not isinstance(result, dict):
        raise Invalid("The result must be a JSON object.", {"result": "must be a JSON object"})
    return result
