"""Unsent texts, kept while they are typed."""

from flask import Blueprint, Response, make_response, request
from flask_login import current_user

from app import relay
from app.tickets import drafts, finding
from app.web.access import allow

blueprint = Blueprint("drafts", __name__)


@blueprint.post("/tickets/<number>/draft")
@allow("ticket.write")
def keep(number: str) -> Response:
    """Keep the reply or note somebody is writing; an empty one is forgotten."""
    ticket, sent = finding.by_number(number), request.form
    drafts.keep(ticket, current_user, sent.get("kind", "reply"), sent.get("body", ""))
    relay.commit()
    return make_response("", 204)
