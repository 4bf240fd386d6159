"""Who may call what: one table of routes and permissions, complete at start and asked before every view."""

from contextlib import ExitStack

from flask import Flask, g, request

from app import events, relay
from app.db import db, reading
from app.errors import BadSetting, Forbidden, Trouble
from app.people import Agent, permissions, tokens

PREFIX = "/api/v1"
PUBLIC = ""
SAFE_METHODS = {"GET", "HEAD"}

TABLE = {
    "GET /openapi.json": PUBLIC,
    "GET /tickets": "ticket.read",
    "POST /tickets": "ticket.write",
    "GET /tickets/<number>": "ticket.read",
    "POST /tickets/<number>/messages": "ticket.write",
    "PUT /tickets/<number>/status": "ticket.write",
    "PUT /tickets/<number>/assignment": "ticket.write",
    "PUT /tickets/<number>/priority": "ticket.write",
    "PUT /tickets/<number>/department": "ticket.write",
    "PUT /tickets/<number>/category": "ticket.write",
    "PUT /tickets/<number>/tags": "ticket.write",
    "GET /tickets/<number>/clocks": "ticket.read",
    "GET /tasks": "ticket.read",
    "POST /tasks/<id>/claim": "task.complete",
    "POST /tasks/<id>/completion": "task.complete",
    "GET /instances/<id>": "instance.read",
    "GET /instances/<id>/history": "instance.read",
    "GET /instances/<id>/diagram": "instance.read",
    "GET /processes": "process.read",
    "GET /processes/catalogue": "process.read",
    "POST /processes/<key>/drafts": "process.read",
    "POST /processes/<key>/versions": "process.deploy",
    "GET /processes/<key>/xml": "process.read",
    "GET /incidents": "instance.read",
    "POST /incidents/<id>/retry": "incident.resolve",
    "POST /incidents/<id>/skip": "incident.resolve",
    "GET /deliveries": "ticket.read",
    "PUT /deliveries/<id>": "ticket.write",
    "POST /inbound/email": "ticket.write",
    "GET /contacts": "ticket.read",
    "GET /contacts/<id>": "ticket.read",
    "GET /departments": "ticket.read",
    "GET /audit": "audit.read",
    "GET /reports/<name>": "report.read",
    "GET /templates": "settings.read",
    "PUT /templates": "settings.write",
}
"""Every route below /api/v1 with the permission it asks for; PUBLIC asks for none and for no token."""


class Unauthenticated(Trouble):
    """A valid API token is needed: send `Authorization: Bearer TOKEN`."""

    status = 401
    title = "Unauthorized"
    headers = {"WWW-Authenticate": 'Bearer realm="Flowdesk"'}  # noqa: RUF012


class UnknownToken(Unauthenticated):
    """This API token is unknown or revoked."""

    headers = {"WWW-Authenticate": 'Bearer realm="Flowdesk", error="invalid_token"'}  # noqa: RUF012


def check(app: Flask) -> None:
    """Raise BadSetting where the table and the routes do not match, or it names an unknown permission."""
    routes = {
        f"{method} {rule.rule.removeprefix(PREFIX)}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    if missing := sorted(routes - TABLE.keys()):
        raise BadSetting(f"The API route {missing[0]} has no entry in the table of permissions.")
    if stale := sorted(TABLE.keys() - routes):
        raise BadSetting(f"The table of permissions names {stale[0]}, which is no API route.")
    if unknown := sorted(set(TABLE.values()) - permissions.POLICY.keys() - {PUBLIC}):
        raise BadSetting(f"The table of permissions asks for “{unknown[0]}”, which no role could have.")


def gate() -> None:
    """Let a request through to its view as an agent; raise Unauthenticated or Forbidden."""
    g.api_reading = ExitStack()
    if request.method in SAFE_METHODS:
        g.api_reading.enter_context(reading())
    if request.method == "OPTIONS" or request.url_rule is None:
        return
    method = "GET" if request.method == "HEAD" else request.method
    needed = TABLE[f"{method} {request.url_rule.rule.removeprefix(PREFIX)}"]
    if needed != PUBLIC:
        g.api_agent = _bearer()
        if not permissions.may(g.api_agent, needed):
            _refuse(g.api_agent, needed)


def agent() -> Agent:
    """Return the agent whose token the request carries."""
    found: Agent = g.api_agent
    return found


def release(_error: BaseException | None) -> None:
    """End what `gate` began."""
    if stack := g.pop("api_reading", None):
        stack.close()


def _bearer() -> Agent:
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise Unauthenticated()
    found = tokens.agent_for(sent.token)
    if found is None:
        raise UnknownToken()
    return found


def _refuse(agent: Agent, needed: str) -> None:
    role, actor, subject = agent.role, agent.actor, f"agent:{agent.id}"
    db.session.rollback()
    g.api_reading.close()
    events.record("access.refused", by=actor, subject=subject, data={"permission": needed, "path": request.path})
    relay.commit()
    raise Forbidden(f"The role {role} does not include “{needed}”.")
