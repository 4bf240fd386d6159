"""Who may call which route: declared beside each view, checked complete at start, enforced before every request."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app import events, relay, sight
from app.db import db
from app.errors import BadSetting, Forbidden
from app.people import permissions

PUBLIC = "public"
SIGNED_IN = "signed in"
WITHOUT_PERMISSION = {PUBLIC, SIGNED_IN}

View = TypeVar("View", bound=Callable[..., Any])

TABLE: dict[str, str] = {}
"""Every view of the screens by its dotted name, with the permission it asks for."""


def allow(permission: str) -> Callable[[View], View]:
    """Declare what a view asks for: a permission of the policy table, PUBLIC or SIGNED_IN."""

    def declare(view: View) -> View:
        TABLE[_name(view)] = permission
        return view

    return declare


def _name(view: Callable[..., Any]) -> str:
    return f"{view.__module__}.{view.__qualname__}"


def routes(app: Flask, prefix: str = "web.") -> dict[str, str]:
    """Return {endpoint: permission} of the screens; raise BadSetting for a route with none or an unknown one."""
    found: dict[str, str] = {}
    for endpoint, view in app.view_functions.items():
        if not endpoint.startswith(prefix):
            continue
        permission = TABLE.get(_name(view))
        if permission is None:
            raise BadSetting(f"The route {endpoint} declares no permission; put @allow(…) on its view.")
        if permission not in WITHOUT_PERMISSION and permission not in permissions.POLICY:
            raise BadSetting(f"The route {endpoint} asks for “{permission}”, which no role could have.")
        found[endpoint] = permission
    return found


def gate() -> Response | None:
    """Let a request through, send it to the sign-in page, or refuse and record it."""
    needed = current_app.extensions["access"][request.endpoint]
    if needed == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return current_app.make_response(current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
    if needed in WITHOUT_PERMISSION:
        return None
    if permissions.may(current_user, needed):
        sight.check(current_user, request.url_rule.rule if request.url_rule else "", request.view_args or {})
        return None
    _record_refusal(needed)
    raise Forbidden(f"Your role, {current_user.role}, does not include this. It asks for “{needed}”.")


def _record_refusal(needed: str) -> None:
    actor, subject = current_user.actor, f"agent:{current_user.id}"
    db.session.rollback()
    events.record("access.refused", by=actor, subject=subject, data={"permission": needed, "path": request.path})
    relay.commit()
