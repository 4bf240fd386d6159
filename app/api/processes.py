"""Drawings and decision tables: listed, read, checked, deployed."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from pydantic import Field, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from app import engine
from app.api import answers, asks, auth, document, names, problems, process_answers, shapes
from app.api.effect import effect
from app.engine.models import Definition
from app.errors import Invalid

blueprint = document.noun("processes", "Drawings (BPMN) and decision tables (DMN).")

XML = "application/xml"
_XML_TYPES = {XML, "text/xml", "application/octet-stream", "application/x-www-form-urlencoded", ""}
_XML_BODY = {"schema": {"type": "string", "description": "BPMN 2.0 or DMN 1.3, in UTF-8."}}
_JSON_BODY = {
    "schema": {
        "type": "object",
        "required": ["xml"],
        "additionalProperties": False,
        "properties": {"xml": {"type": "string"}, "note": {"type": "string", "maxLength": asks.LONGEST_REASON}},
    }
}
_BODY: dict[str, Any] = {"required": True, "content": {XML: _XML_BODY, "application/json": _JSON_BODY}}


class Drawing(asks.Ask):
    xml: str
    note: asks.Reason = ""


class Note(asks.Query):
    note: asks.Reason = Field("", description="Why this version; the header X-Note or the JSON body may say it too.")


class Version(asks.Query):
    version: int | None = Field(None, ge=1, le=2_147_483_647, description="The active one if left out.")


def _one(row: Definition) -> process_answers.Definition:
    return _definitions([row])[0]


def _definitions(rows: Sequence[Definition]) -> list[process_answers.Definition]:
    emails = names.emails(row.deployed_by for row in rows)
    return [_definition(row, emails) for row in rows]


def _definition(row: Definition, emails: dict[str, str]) -> process_answers.Definition:
    return process_answers.Definition(
        id=row.public_id,
        key=row.key,
        version=row.version,
        kind=row.kind,
        name=row.name,
        active=row.active,
        start_message=row.start_message,
        hash=row.hash,
        note=row.note,
        deployed_at=row.deployed_at,
        deployed_by=emails.get(row.deployed_by, row.deployed_by),
    )


@blueprint.get("/processes", responses={200: answers.Listed[process_answers.Definition]})
def index(query: asks.Paged) -> Response:
    """List the active versions."""
    return shapes.sliced(_definitions(engine.definitions()), query.page, query.page_size).shown()


@blueprint.get("/processes/catalogue", responses={200: process_answers.Catalogue})
def catalogue() -> Response:
    """Tell everything a drawing may refer to, as the code declares it."""
    return process_answers.Catalogue.model_validate(engine.catalogue.everything()).shown()


@blueprint.get("/processes/<key>/xml", responses={200: {"content": {XML: {"schema": {"type": "string"}}}}})
def xml(path: asks.ByKey, query: Version) -> Response:
    """Return the file of a version as it was deployed."""
    return Response(engine.version(path.key, query.version).xml, mimetype=XML)


@blueprint.post("/processes/<key>/drafts", request_body=_BODY, responses={200: process_answers.Problems})
def check(path: asks.ByKey) -> Response:
    """Check a drawing or table without keeping it; without `problems` it can be deployed, whatever `warnings` say."""
    content, _ = _drawing()
    found = [*_misplaced(content, path.key), *engine.check(content)]
    told: dict[str, list[process_answers.DrawingProblem]] = {"error": [], "warning": []}
    for one in found:
        told[one.severity].append(process_answers.DrawingProblem(element=one.element, message=one.message))
    return process_answers.Problems(problems=told["error"], warnings=told["warning"]).shown()


@blueprint.post("/processes/<key>/versions", request_body=_BODY, responses={201: process_answers.Definition})
@effect(201, _one)
def deploy(path: asks.ByKey, query: Note) -> Definition:
    """Deploy the next version: new instances run on it; 422 names the element that stands in the way."""
    content, said = _drawing()
    note = said or query.note or request.headers.get("X-Note", "")[: asks.LONGEST_REASON]
    try:
        xml = engine.as_text(content)
        deployed = engine.deploy(xml, note=note, by=auth.agent().actor)
    except engine.BadDrawing as error:
        raise Invalid(error.detail, {"xml": error.detail}) from None
    if deployed.key != path.key:
        raise Invalid(
            f"The file holds “{deployed.key}”, not “{path.key}”.", {"xml": "has another key"}, element=deployed.key
        )
    return deployed


def _misplaced(content: str | bytes, key: str) -> list[engine.Problem]:
    """Say that a file cannot become the next version of a key because it holds another."""
    held = engine.key_of(content)
    return [engine.Problem(held, f"The file holds “{held}”, not “{key}”.")] if held not in {"", key} else []


def _drawing() -> tuple[str | bytes, str]:
    """Return the file, as bytes where its encoding is still to be found out, and the note that came with it."""
    if request.is_json:
        return _from_json()
    if request.mimetype not in _XML_TYPES:
        raise UnsupportedMediaType(f"Send the drawing as {XML} or application/json.")
    return request.get_data(), ""


def _from_json() -> tuple[str, str]:
    try:
        drawing = Drawing.model_validate(request.get_json())
        return drawing.xml, drawing.note
    except ValidationError as error:
        raise problems.refused(error) from None
