"""For machines that watch: is the process alive, can it work, and how much is there of what."""

import redis
import structlog
from flask import Blueprint, Flask, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.api import metrics
from app.config import settings
from app.db import db, reading

log = structlog.get_logger()
blueprint = Blueprint("health", __name__)
TIMEOUT_SECONDS = 2


def init(app: Flask) -> None:
    """Register the routes and what they count with."""
    app.extensions["metrics"] = metrics.registry()
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that this process answers; `open_incidents` is null while the database does not."""
    return jsonify(status="ok", open_incidents=_open_incidents())


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether requests can be served: 503 names what is missing."""
    checks = {"database": _database()}
    if not settings().embedded:
        checks["redis"] = _redis()
    ready = all(state == "ok" for state in checks.values())
    body = jsonify(status="ready" if ready else "not ready", checks=checks, open_incidents=_open_incidents())
    return body, 200 if ready else 503


@blueprint.get("/metrics")
def show_metrics() -> Response:
    """Return the metrics in the text format of Prometheus."""
    return Response(generate_latest(current_app.extensions["metrics"]), content_type=CONTENT_TYPE_LATEST)


def _open_incidents() -> int | None:
    try:
        with reading():
            return metrics.open_incidents()
    except SQLAlchemyError as error:
        log.warning("the database did not answer", error=str(error))
        db.session.rollback()
        return None


def _database() -> str:
    try:
        with reading():
            db.session.execute(text("SELECT 1"))
        return "ok"
    except SQLAlchemyError as error:
        log.warning("the database did not answer", error=str(error))
        db.session.rollback()
        return "unreachable"


def _redis() -> str:
    try:
        with redis.from_url(
            settings().redis_url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
        ) as client:
            client.ping()
        return "ok"
    except redis.RedisError as error:
        log.warning("Redis did not answer", error=str(error))
        return "unreachable"
