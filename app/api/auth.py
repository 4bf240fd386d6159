"""Who may call what: one table of routes and permissions, complete at start and asked before every view."""

from contextlib import ExitStack

from flask import Flask, g, request

from app import events, relay, sight
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
    "PUT /tickets/<number>/type": "ticket.write",
    "PUT /tickets/<number>/product": "ticket.write",
    "GET /tickets/<number>/dispatches": "ticket.read",
    "POST /tickets/<number>/taking": "ticket.write",
    "GET /queues": "ticket.read",
    "GET /queues/<key>": "ticket.read",
    "POST /queues/<key>/next": "ticket.write",
    "PUT /departments/<key>/assignment": "settings.write",
    "GET /dictionaries/<kind>": "ticket.read",
    "POST /dictionaries/<kind>": "settings.write",
    "PUT /dictionaries/<kind>/<key>": "settings.write",
    "POST /dictionaries/<kind>/<key>/merge": "settings.write",
    "GET /oncall": "ticket.read",
    "POST /oncall": "settings.write",
    "DELETE /oncall/<id>": "settings.write",
    "GET /tickets/<number>/clocks": "ticket.read",
    "PUT /tickets/<number>/stage": "ticket.write",
    "PUT /tickets/<number>/custom": "ticket.write",
    "POST /tickets/<number>/merge": "ticket.write",
    "DELETE /tickets/<number>/merge": "ticket.write",
    "POST /tickets/<number>/split": "ticket.write",
    "GET /tickets/<number>/links": "ticket.read",
    "POST /tickets/<number>/links": "ticket.write",
    "DELETE /tickets/<number>/links/<id>": "ticket.write",
    "GET /tickets/<number>/time": "ticket.read",
    "POST /tickets/<number>/time": "ticket.write",
    "PUT /tickets/<number>/time/<id>": "ticket.write",
    "DELETE /tickets/<number>/time/<id>": "ticket.write",
    "GET /stages": "ticket.read",
    "GET /fields": "ticket.read",
    "GET /tasks": "ticket.read",
    "POST /tasks/<id>/claim": "task.complete",
    "POST /tasks/<id>/completion": "task.complete",
    "GET /instances/<id>": "instance.read",
    "GET /instances/<id>/history": "instance.read",
    "GET /instances/<id>/diagram": "instance.read",
    "POST /instances/<id>/cancellation": "instance.cancel",
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
    "GET /agents": "ticket.read",
    "POST /agents": "people.write",
    "GET /agents/<id>": "ticket.read",
    "PATCH /agents/<id>": "staff.write",
    "POST /agents/<id>/absences": "absence.write",
    "DELETE /agents/<id>/absences/<absence>": "absence.write",
    "PUT /contacts/<id>/change-requests": "ticket.write",
    "GET /boards": "ticket.read",
    "GET /boards/<id>": "ticket.read",
    "GET /cards": "ticket.read",
    "POST /cards": "ticket.write",
    "GET /cards/<id>": "ticket.read",
    "PATCH /cards/<id>": "ticket.write",
    "PUT /cards/<id>/column": "ticket.write",
    "POST /cards/<id>/completion": "ticket.write",
    "POST /cards/<id>/cancellation": "ticket.write",
    "POST /tickets/<number>/card": "ticket.write",
    "POST /contacts": "ticket.write",
    "PATCH /contacts/<id>": "ticket.write",
    "GET /contacts/<id>/tickets": "ticket.read",
    "POST /contacts/<id>/merge": "ticket.write",
    "GET /contacts/<id>/merge": "ticket.read",
    "DELETE /contacts/<id>/merge": "ticket.write",
    "GET /organisations": "ticket.read",
    "POST /organisations": "ticket.write",
    "GET /organisations/<id>": "ticket.read",
    "PATCH /organisations/<id>": "ticket.write",
    "GET /crm/sources": "settings.read",
    "POST /crm/sources/<id>/runs": "settings.write",
    "GET /crm/runs": "settings.read",
    "GET /crm/runs/<id>": "settings.read",
    "GET /crm/runs/<id>/report": "settings.read",
    "GET /departments": "ticket.read",
    "POST /departments": "settings.write",
    "PATCH /departments/<key>": "settings.write",
    "DELETE /departments/<key>": "settings.write",
    "POST /departments/<key>/members": "settings.write",
    "DELETE /departments/<key>/members/<id>": "settings.write",
    "GET /policies": "settings.read",
    "PUT /policies": "settings.write",
    "DELETE /policies/<id>": "settings.write",
    "GET /calendars": "settings.read",
    "POST /calendars": "settings.write",
    "PUT /calendars/<id>": "settings.write",
    "DELETE /calendars/<id>": "settings.write",
    "PUT /departments/<key>/calendar": "settings.write",
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
    """Let a request through to its view as an agent; raise Unauthenticated, Forbidden, NotFound for what is unseen."""
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
        sight.check(g.api_agent, request.url_rule.rule, request.view_args or {})


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
