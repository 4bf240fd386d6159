"""Unsent texts, kept while they are typed."""

from flask import Blueprint, Response, make_response, request
from flask_login import current_user

from app import relay
from app.people import Agent
from app.tickets import drafts, finding
from app.web.access import allow

blueprint = Blueprint("drafts", __name__)


@blueprint.app_template_global()
def signed(text: str, drafted_for: Agent | None) -> str:
    """Return a proposed reply with the reader's name below it: it was written for whoever holds the ticket."""
    if drafted_for is None or drafted_for.id == current_user.id:
        return text
    words, name, below = text.rpartition(f"\n{drafted_for.name}\n")
    return f"{words}\n{current_user.name}\n{below}" if name and len(below.splitlines()) <= 2 else text


@blueprint.post("/tickets/<number>/draft")
@allow("ticket.write")
def keep(number: str) -> Response:
    """Keep the reply or note somebody is writing; an empty one is forgotten."""
    ticket, sent = finding.by_number(number), request.form
    drafts.keep(ticket, current_user, sent.get("kind", "reply"), sent.get("body", ""))
    relay.commit()
    return make_response("", 204)
