"""The OpenAPI document, and whether the API keeps what it says."""

from typing import Any

import schemathesis
from api_world import World
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import builds, sampled_from
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from sqlalchemy.engine import make_url

from app.api import auth
from app.db import db
from app.engine.models import Incident

EXAMPLES = {"sqlite": 8, "postgresql": 3}
"""Requests of each route that are made up; the database matters to few of them."""
CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance]


@schemathesis.serializer("message/rfc822")
def _mail(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    return str(value).encode(errors="replace")


def test_every_route_is_in_the_document(world: World) -> None:
    document = world.flask.test_client().get("/api/v1/openapi.json").json
    written = {f"{method.upper()} {path}" for path, verbs in document["paths"].items() for method in verbs}
    routes = {
        route.replace(" ", f" {auth.PREFIX}").replace("<", "{").replace(">", "}")
        for route, permission in auth.TABLE.items()
        if permission != auth.PUBLIC
    }
    assert written == routes
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_every_operation_asks_for_a_token_and_every_post_takes_an_idempotency_key(world: World) -> None:
    document = world.flask.test_client().get("/api/v1/openapi.json").json
    for path in document["paths"].values():
        for method, operation in path.items():
            assert operation["security"] == [{"bearer": []}]
            keys = [one["name"] for one in operation.get("parameters", []) if one["in"] == "header"]
            assert ("Idempotency-Key" in keys) is (method == "post")


def _known(world: World) -> dict[str, dict[str, str]]:
    """Return path parameters that lead somewhere, by the first part of the path."""
    admin = world.caller("admin")
    number = admin.open_ticket()["number"]
    world.work()
    with world.flask.app_context():
        db.session.add(Incident(text="stuck"))
        db.session.commit()
    first = {noun: admin.get(f"/{noun}")["items"][0]["id"] for noun in ("tasks", "incidents", "contacts")}
    instance = admin.get(f"/tickets/{number}")["instances"][0]["id"]
    known = {noun: {"id": found} for noun, found in {**first, "instances": instance}.items()}
    return {**known, "tickets": {"number": number}, "processes": {"key": "request"}}


def test_whatever_is_sent_the_api_keeps_to_its_document(any_world: World) -> None:
    world = any_world
    known, headers = _known(world), {"Authorization": f"Bearer {world.tokens['admin']}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", world.flask)
    quick = settings(
        max_examples=EXAMPLES[make_url(world.flask.config["SQLALCHEMY_DATABASE_URI"]).get_backend_name()],
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for found in schema.get_all_operations():
        operation = found.ok()
        noun = operation.path.removeprefix(f"{auth.PREFIX}/").split("/")[0]
        cases = builds(_leading, operation.as_strategy(), sampled_from([{}, known.get(noun, {})]))

        @quick
        @given(case=cases)
        def keeps(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        keeps()


def _leading(case: schemathesis.Case, parameters: dict[str, str]) -> schemathesis.Case:
    if case.path_parameters:
        case.path_parameters.update(parameters)
    return case
