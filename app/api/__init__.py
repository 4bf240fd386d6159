"""The API: a door. The verbs of the desk as JSON, with an OpenAPI document."""

from flask import Flask, Response
from flask_openapi.blueprint import APIBlueprint


def init_api(app: Flask) -> None:
    """Register the API and the health routes; raise BadSetting where a route has no permission."""
    # Here, because only what serves the API is to bear its weight.
    from app.api import (
        agents,
        asks,
        audit,
        auth,
        boards,
        calendars,
        cards,
        contacts,
        crm,
        deliveries,
        departments,
        dictionaries,
        document,
        health,
        inbound,
        incidents,
        instances,
        life_cycle,
        messages,
        oncall,
        organisations,
        policies,
        problems,
        processes,
        reports,
        routing,
        tasks,
        templates,
        ticket_changes,
        tickets,
        time_spent,
    )

    nouns = (
        tickets,
        messages,
        ticket_changes,
        life_cycle,
        time_spent,
        tasks,
        instances,
        processes,
        incidents,
        deliveries,
        inbound,
        contacts,
        agents,
        organisations,
        crm,
        departments,
        policies,
        calendars,
        boards,
        cards,
        routing,
        dictionaries,
        oncall,
        audit,
        reports,
        templates,
    )
    api = APIBlueprint("api", __name__, url_prefix=auth.PREFIX)
    api.before_request(auth.gate)
    api.before_request(asks.read_json)
    api.after_request(_secure)
    api.teardown_request(auth.release)
    problems.init(app, api)
    for noun in nouns:
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
