"""What mails to customers say: per occasion, language and department, tried out before a customer reads it."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_login import current_user
from markupsafe import escape
from werkzeug.wrappers import Response

from app import deliveries, departments
from app.channels.mail.compose import Outgoing as Letter
from app.departments.department import Department
from app.errors import Invalid
from app.notify import occasions, preview, templates, texts
from app.web import formatted
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt

blueprint = Blueprint("mail_templates", __name__)
PAGE = Page("Mail", "Mail templates", "web.settings.mail_templates.index", "envelope-paper", "What customers are told")
# bi-envelope-paper
EXPLAINED = {
    "name": "the customer’s first name",
    "number": "the ticket’s number",
    "desk": "what your desk is called",
    "department": "the department",
    "subject": "what the customer called it",
    "agent": "who has the ticket",
    "reply": "the agent’s words, on a line of their own",
    "stars": "the five links, on a line of their own",
    "opens": "when the department opens next",
    "stage": "the stage’s name",
}
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese"}


@blueprint.get("/mail-templates")
@allow("settings.read")
def index() -> str:
    """List the occasions, which are on, and which somebody has worded."""
    worded: dict[str, list[str]] = {}
    for row in templates.written():
        said = LANGUAGES.get(row.language, row.language) + (f" for {row.department}" if row.department else "")
        worded.setdefault(row.occasion, []).append(said)
    return render_template(
        "settings/mail_templates.html",
        listed=[(one, occasions.is_on(one.key), occasions.switchable(one.key)) for one in occasions.all_occasions()],
        worded=worded,
    )


@blueprint.post("/mail-templates/<occasion>/switch")
@allow("settings.write")
def switch(occasion: str) -> Response | tuple[str, int]:
    """Send the mails of an occasion, or none."""
    on = request.form.get("on") == "1"
    wrong = attempt(lambda: occasions.switch(occasion, on, by=current_user.actor))
    title = occasions.occasion(occasion).title
    said = f"“{title}” is sent from now on." if on else f"“{title}” is not sent any more."
    return answer(wrong, lambda _: index(), url_for("web.settings.mail_templates.index"), said)


@blueprint.get("/mail-templates/<occasion>")
@allow("settings.read")
def edit(occasion: str) -> str:
    """Show one template."""
    return _page(occasion, {})


@blueprint.post("/mail-templates/<occasion>")
@allow("settings.write")
def save(occasion: str) -> Response | tuple[str, int]:
    """Keep what was written."""
    language, department = _chosen()
    sent, by = request.form, current_user.actor
    fields = {"subject": sent.get("subject", ""), "body": sent.get("body", "")}
    wrong = attempt(lambda: templates.write(occasion, language, department, **fields, by=by))
    return answer(wrong, lambda told: _page(occasion, told), _here(occasion))


@blueprint.post("/mail-templates/<occasion>/restoration")
@allow("settings.write")
def restore(occasion: str) -> Response | tuple[str, int]:
    """Go back to what it said at first."""
    language, department = _chosen()
    wrong = attempt(lambda: templates.restore(occasion, language, department, by=current_user.actor))
    return answer(wrong, lambda told: _page(occasion, told), _here(occasion), "It says again what it said at first.")


@blueprint.route("/mail-templates/<occasion>/preview", methods=["GET", "POST"])
@allow("settings.read")
def show_preview(occasion: str) -> Response:
    """Show what a customer would read, of what is kept or of what is being written."""
    part = "plain" if request.values.get("part") == "plain" else "html"
    try:
        return formatted.our_own(preview.raw(_letter(occasion)), part)
    except Invalid as error:
        told = "".join(f"<p>{escape(field)}: {escape(what)}</p>" for field, what in error.fields.items())
        return formatted.page(False, f"<p><b>{escape(error.detail)}</b></p>{told}")


@blueprint.post("/mail-templates/<occasion>/trial")
@allow("settings.write")
def try_out(occasion: str) -> Response | tuple[str, int]:
    """Send what is being written to oneself."""
    wrong = attempt(lambda: deliveries.send(preview.send(_letter(occasion))))
    if wrong:
        return _page(occasion, wrong), 422
    flash(f"Sent to {current_user.email}. What you wrote is not kept yet.")
    return Response(_page(occasion, {}))


def _letter(occasion: str) -> Letter:
    language, department = _chosen()
    if "body" in request.form:
        text = templates.checked(occasion, language, request.form.get("subject", ""), request.form["body"])
    else:
        text = templates.text_for(occasions.occasion(occasion).key, language, department)
    return preview.letter(current_user, _department(department), occasion, language, text)


def _department(key: str) -> Department:
    return departments.by_key(key) if key else departments.default()


def _chosen() -> tuple[str, str]:
    """Return the language and the department's key the request names, English and all where it names none."""
    language, key = request.values.get("language", "en"), request.values.get("department", "")
    return language if language in texts.LANGUAGES else "en", departments.by_key(key).key if key else ""


def _here(occasion: str) -> str:
    language, department = _chosen()
    return url_for("web.settings.mail_templates.edit", occasion=occasion, language=language, department=department)


def _page(occasion: str, wrong: dict[str, str]) -> str:
    known, (language, department) = occasions.occasion(occasion), _chosen()
    shown: dict[str, Any] = {"occasion": known, "language": language, "department": department, "wrong": wrong}
    return render_template(
        "settings/mail_template.html",
        **shown,
        text=templates.text_for(known.key, language, department),
        own=templates.own(known.key, language, department) is not None,
        on=occasions.is_on(known.key),
        switchable=occasions.switchable(known.key),
        languages=LANGUAGES,
        departments=departments.all_departments(),
        explained=EXPLAINED,
    )
