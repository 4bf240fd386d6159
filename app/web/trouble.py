"""Trouble on a page: what happened, what was kept, what to do. One table maps it to words."""

from typing import NamedTuple

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from werkzeug.exceptions import HTTPException

from app.db import db
from app.errors import Trouble
from app.web import headers

log = structlog.get_logger()
STOP_POLLING = 286
"""htmx asks no more after this answer: what is gone, or no longer to be seen, would be told every few seconds."""


class Words(NamedTuple):
    title: str
    happened: str
    todo: str


WORDS = {
    400: Words(
        "That could not be read",
        "What your browser sent was not what this page expects.",
        "Go back, reload the page and try again.",
    ),
    401: Words(
        "You are signed out",
        "Your session ended.",
        "Sign in again; what you were writing is kept in this browser.",
    ),
    403: Words(
        "Not yours to open",
        "You are signed in, but your role does not include this.",
        "Ask an admin if you need it.",
    ),
    404: Words(
        "Nothing here",
        "There is no page at this address, or what it showed is gone.",
        "Check the address, or search from My work.",
    ),
    405: Words(
        "Not that way",
        "This address cannot be used like that.",
        "Go back and use the page's own buttons.",
    ),
    409: Words(
        "Somebody was first",
        "This changed while you were looking at it.",
        "Reload to see how it stands now.",
    ),
    413: Words(
        "Too large",
        "What you sent is larger than this desk takes at once.",
        "Send fewer or smaller files.",
    ),
    422: Words(
        "Something is missing",
        "Part of what you entered cannot be accepted.",
        "Go back and correct it; your entries are still there.",
    ),
    429: Words(
        "Slow down a little",
        "There were too many tries in a short time.",
        "Wait a moment, then try again.",
    ),
    500: Words(
        "That went wrong on our side",
        "The error is recorded with the time it happened.",
        "Try again; if it happens twice, tell whoever runs this desk.",
    ),
    503: Words(
        "The desk is catching its breath",
        "The database is busy or out of reach.",
        "Try again in a moment.",
    ),
}
KEPT = {
    "GET": "Nothing was changed.",
    "POST": "Nothing was changed; what you typed is kept in this browser.",
}


def answer(status: int, detail: str = "", fields: dict[str, str] | None = None) -> Response:
    """Return the page, or for htmx the notice, that tells about a trouble."""
    words = WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    partial = bool(request.headers.get("HX-Request"))
    page = render_template(
        "trouble_notice.html" if partial else "trouble.html",
        status=status,
        words=words,
        detail=detail,
        fields=fields or {},
        kept=KEPT.get(request.method, KEPT["GET"]),
    )
    response = make_response(page, status)
    if partial:
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Retarget"] = "#notices"
        if status == 404 and request.method == "GET":
            response.status_code = STOP_POLLING
    return headers.secure(response)


def init(app: Flask) -> None:
    app.register_error_handler(Trouble, _trouble)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _no_database)
    app.register_error_handler(InternalError, _no_database)  # PostgreSQL ended a transaction that stood idle
    app.register_error_handler(Exception, _unexpected)


def _trouble(error: Trouble) -> Response:
    db.session.rollback()
    return answer(error.status, error.detail, getattr(error, "fields", None))


def _forged(error: CSRFError) -> Response:
    return answer(400, "This page was open for so long, or in so many places, that it can no longer be trusted.")


def _too_often(error: RateLimitExceeded) -> Response:
    return answer(429)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return answer(error.code)


def _no_database(error: DBAPIError) -> Response:
    log.warning("the database did not answer", path=request.path, error=str(error.orig))
    db.session.rollback()
    response = answer(503)
    response.headers["Retry-After"] = "1"
    return response


def _unexpected(error: Exception) -> Response:
    log.exception("a page failed", path=request.path, method=request.method)
    db.session.rollback()
    return answer(500)
