"""The API: a door. The verbs of the desk as JSON, with an OpenAPI document."""

from flask import Flask, Response
from flask_openapi.blueprint import APIBlueprint

from app.api import (
    asks,
    audit,
    auth,
    contacts,
    deliveries,
    departments,
    document,
    health,
    inbound,
    incidents,
    instances,
    messages,
    problems,
    processes,
    reports,
    tasks,
    templates,
    ticket_changes,
    tickets,
)

NOUNS = (
    tickets,
    messages,
    ticket_changes,
    tasks,
    instances,
    processes,
    incidents,
    deliveries,
    inbound,
    contacts,
    departments,
    audit,
    reports,
    templates,
)


def init_api(app: Flask) -> None:
    """Register the API and the health routes; raise BadSetting where a route has no permission."""
    api = APIBlueprint("api", __name__, url_prefix=auth.PREFIX)
    api.before_request(auth.gate)
    api.before_request(asks.read_json)
    api.after_request(_secure)
    api.teardown_request(auth.release)
    problems.init(app, api)
    for noun in NOUNS:
        api.register_api(noun.blueprint)
    api.add_url_rule("/openapi.json", "openapi", document.show)
    app.register_blueprint(api)
    document.init(app, api)
    health.init(app)
    auth.check(app)


def _secure(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
