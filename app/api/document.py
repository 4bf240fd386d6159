"""The OpenAPI document, put together from the blueprints of the nouns: a plain Flask application has them all."""

from typing import Any

from flask import Flask, current_app
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models import OpenAPISpec
from flask_openapi.models.info import Info
from flask_openapi.models.server import Server
from flask_openapi.models.tag import Tag
from flask_openapi.utils import get_model_schema
from pydantic import BaseModel

from app.api import idempotency, problems
from app.api.answers import Problem
from app.config import settings

_REFERENCE = {"$ref": "#/components/schemas/Problem"}
_PROBLEMS = {
    "400": "The request cannot be read.",
    "401": "The token is missing, unknown or revoked.",
    "403": "The agent's role does not include this.",
    "404": "There is no such thing.",
    "409": "Somebody was first.",
    "413": "The request is too large.",
    "415": "The request has another content type.",
    "422": "A field is wrong; `errors` says which.",
    "503": "The database is busy or out of reach.",
}
_ABOUT = """The verbs of a helpdesk whose process is a drawing. Every call carries an API token of an agent
(`flowdesk token create EMAIL`) and may do what that agent may. Errors are problem details (RFC 9457).
A POST with an `Idempotency-Key` that is sent again repeats its first answer; keys are kept for 7 days."""
_KEY_PARAMETER = {
    "name": idempotency.HEADER,
    "in": "header",
    "description": "Sent again with the same key, the request repeats its first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST, "pattern": "^[!-~]+$"},
}


def noun(name: str, about: str) -> APIBlueprint:
    """Return the blueprint of one noun, with what all its routes have in common."""
    return APIBlueprint(
        name,
        f"app.api.{name}",
        abp_tags=[Tag(name=name, description=about)],
        abp_security=[{"bearer": []}],
        abp_responses={status: _problem(text) for status, text in _PROBLEMS.items()},
        operation_id_callback=_operation_id,
    )


def init(app: Flask, api: APIBlueprint) -> None:
    """Serve the document of a complete API, and hand flask-openapi what its views ask the application for."""
    vars(app).update(validate_response=None, validation_error_callback=problems.refuse)
    app.extensions["openapi"] = _document(api)


def show() -> dict[str, Any]:
    """Return the OpenAPI document."""
    document: dict[str, Any] = current_app.extensions["openapi"]
    return document


def _operation_id(*, bp_name: str, name: str, path: str, method: str) -> str:
    return f"{bp_name}_{name}"


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": {problems.MEDIA_TYPE: {"schema": _REFERENCE}}}


def _plain(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", by_alias=True, exclude_none=True, warnings=False)


def _document(api: APIBlueprint) -> dict[str, Any]:
    spec = OpenAPISpec(
        openapi="3.1.0",
        info=Info(title="Flowdesk", version="1", description=_ABOUT),
        servers=[Server(url=settings().public_url)],
        paths=api.paths,
        tags=api.tags,
    )
    document = _plain(spec)
    schemas = {name: _plain(schema) for name, schema in api.components_schemas.items()}
    schemas["Problem"] = get_model_schema(Problem, mode="serialization")
    bearer = {"type": "http", "scheme": "bearer", "description": "An agent's API token."}
    document["components"] = {"schemas": schemas, "securitySchemes": {"bearer": bearer}}
    for path in document["paths"].values():
        if "post" in path:
            path["post"].setdefault("parameters", []).append(_KEY_PARAMETER)
    return document
