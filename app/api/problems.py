"""Trouble as RFC 9457 problem details: every error under /api/ is a sentence and a status, never a traceback."""

import re
from datetime import datetime
from typing import Any, NoReturn

import structlog
from flask import Blueprint, Flask, Response, json, request
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.routing import RequestRedirect

from app import contacts
from app.db import db, reading
from app.errors import Conflict, Invalid, Trouble

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"
_ACTOR = re.compile(r"\b(?:agent|contact):\d+\b")


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    """Return a problem document; `more` are its extension members (RFC 9457 section 3.2)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Response(json.dumps(body), status, mimetype=MEDIA_TYPE)


def init(app: Flask, api: Blueprint) -> None:
    """Answer what goes wrong in the API's views, and addresses under /api/ that are no routes, as problems."""
    api.register_error_handler(Trouble, _trouble)
    api.register_error_handler(HTTPException, _http)
    api.register_error_handler(OperationalError, _no_database)
    api.register_error_handler(InternalError, _no_database)  # PostgreSQL ended a transaction that stood idle
    api.register_error_handler(Exception, _unexpected)
    app.before_request(_unrouted)


def refuse(error: ValidationError) -> NoReturn:
    """Raise what `refused` returns."""
    raise refused(error)


def refused(error: ValidationError) -> Invalid:
    """Return the trouble that says what pydantic did not accept, by field."""
    fields: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in one["loc"]) or "body"
        fields.setdefault(place, one["msg"].removeprefix("Value error, "))
    told = "; ".join(f"{field}: {text}" for field, text in fields.items())
    return Invalid(f"The request has wrong fields: {told}", fields)


def _unrouted() -> Response | None:
    # No blueprint owns a path without a route, so its error handlers would not be asked.
    error = request.routing_exception
    if error is None or isinstance(error, RequestRedirect) or not request.path.startswith(PREFIX):
        return None
    return _http(error)


def _trouble(error: Trouble) -> Response:
    db.session.rollback()
    more = {name: _plain(value) for name, value in error.extra.items() if value not in (None, "")}
    if isinstance(by := error.extra.get("by"), str):
        more["by"] = _name_of(by)
    if fields := getattr(error, "fields", None):
        more["errors"] = fields
    response = problem(error.status, error.title, _told(error), **more)
    for name, value in getattr(error, "headers", {}).items():
        response.headers[name] = value
    if error.status == 503:
        response.headers["Retry-After"] = "1"
    return response


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _told(error: Trouble) -> str:
    # The rooms below name actors by key; whoever was too late wants to know the person.
    found = error.detail
    return _ACTOR.sub(lambda actor: _name_of(actor[0]), found) if isinstance(error, Conflict) else found


def _name_of(actor: str) -> str:
    with reading():
        return contacts.name_of(actor)


def _http(error: HTTPException) -> Response:
    db.session.rollback()
    status = error.code or 500
    response = problem(status, HTTP_STATUS_CODES.get(status, "Error"), error.description or "")
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _no_database(error: DBAPIError) -> Response:
    log.warning("the database did not answer", path=request.path, error=str(error.orig))
    db.session.rollback()
    response = problem(503, "Try again later", "The database is busy or out of reach; nothing was changed.")
    response.headers["Retry-After"] = "1"
    return response


def _unexpected(_error: Exception) -> Response:
    log.exception("an API call failed", path=request.path, method=request.method)
    db.session.rollback()
    return problem(500, "Internal error", "This went wrong on our side and is recorded; nothing was changed.")
