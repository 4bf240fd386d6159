"""Settings: one file per page. A page names its group and itself, and appears in the list of all."""

from flask import Blueprint, render_template
from flask_login import current_user

from app.people import permissions
from app.web.access import allow
from app.web.settings import (
    assignment,
    calendars,
    crm,
    departments,
    desk,
    dictionaries,
    fields,
    mail_templates,
    oncall,
    policies,
    projects,
    ratings,
    stages,
    tables,
    team,
    triage,
)
from app.web.settings.page import GROUPS, Page

PAGES = (
    desk,
    team,
    departments,
    policies,
    calendars,
    projects,
    crm,
    dictionaries,
    tables,
    assignment,
    triage,
    oncall,
    stages,
    fields,
    ratings,
    mail_templates,
)
blueprint = Blueprint("settings", __name__, url_prefix="/settings")
for page in PAGES:
    blueprint.register_blueprint(page.blueprint)


@blueprint.app_template_global()
def settings_pages() -> dict[str, list[Page]]:
    """Return the pages the reader may open, by group."""
    own = [page.PAGE for page in PAGES if permissions.may(current_user, page.PAGE.permission)]
    return {group: found for group in GROUPS if (found := [page for page in own if page.group == group])}


@blueprint.get("")
@allow("settings.read")
def index() -> str:
    """List what can be set."""
    return render_template("settings/index.html")
