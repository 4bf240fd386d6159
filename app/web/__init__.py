"""The screens: a door. Views read, complete a task or call one verb, and commit through the relay."""

from contextlib import ExitStack
from datetime import timedelta

from flask import Blueprint, Flask, g, request

from app.config import settings as environment
from app.db import reading
from app.web import (
    access,
    assets,
    audit,
    authorising,
    boards,
    card_events,
    cards,
    contact_editing,
    contact_merging,
    contacts,
    conversation,
    dispatches,
    drafts,
    headers,
    incidents,
    instances,
    life_cycle,
    mailbox,
    organisations,
    own_absence,
    palette,
    process_names,
    processes,
    queues,
    rating,
    reports,
    settings,
    signing_in,
    tasks,
    theme,
    ticket_board,
    ticket_changes,
    tickets,
    time_spent,
    trouble,
    wording,
    work,
)

NOUNS = (
    assets,
    audit,
    authorising,
    boards,
    card_events,
    cards,
    contact_editing,
    contact_merging,
    contacts,
    conversation,
    dispatches,
    drafts,
    incidents,
    instances,
    life_cycle,
    mailbox,
    organisations,
    own_absence,
    palette,
    process_names,
    processes,
    queues,
    rating,
    reports,
    settings,
    signing_in,
    tasks,
    theme,
    ticket_board,
    ticket_changes,
    tickets,
    time_spent,
    work,
)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def init_web(app: Flask) -> None:
    """Register the screens on the application; raise BadSetting where a route declares no permission."""
    _configure_sessions(app)
    signing_in.init(app)
    assets.init(app)
    wording.init(app)
    trouble.init(app)
    web = Blueprint("web", __name__, template_folder="templates")
    web.before_request(_read_only)
    web.before_request(signing_in.protect)
    web.before_request(access.gate)
    web.after_request(headers.secure)
    for noun in NOUNS:
        web.register_blueprint(noun.blueprint)
    app.register_blueprint(web)
    app.teardown_request(_close_reading)
    app.extensions["access"] = access.routes(app)


def _configure_sessions(app: Flask) -> None:
    https = environment().public_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-flowdesk" if https else "flowdesk",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        # Else an answer on its way while somebody signs out would bring their cookie back.
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
    )


def _read_only() -> None:
    g.reading = ExitStack()
    if request.method in SAFE_METHODS:
        g.reading.enter_context(reading())


def _close_reading(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("reading", None)
    if stack is not None:
        stack.close()
