"""Tasks the process offers: take, give back, answer once."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import engine, relay, tasks
from app.db import db
from app.engine import TaskTaken
from app.engine.models import UserTask
from app.errors import Forbidden, Invalid
from app.people import permissions
from app.tickets.visible import sees
from app.web import ticket_page
from app.web.access import allow
from app.web.form_fields import answer_of
from app.web.wording import actor, ago

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks/<public_id>")


def _offered(public_id: str) -> UserTask:
    task = engine.task(public_id)
    if task.lane not in permissions.lanes(current_user):
        raise Forbidden(f"“{task.name}” belongs to {task.lane}.")
    return task


def _back(task: UserTask) -> Response:
    ticket = tasks.ticket_of(task)
    if not sees(current_user, ticket):
        flash(f"Done. {ticket.number} is with {ticket.department.name} now, where you are no member.")
        return redirect(url_for("web.work.index"), 303)
    return redirect(url_for("web.tickets.show", number=ticket.number), 303)


@blueprint.post("/claim")
@allow("task.complete")
def claim(public_id: str) -> Response:
    """Take a task, so that nobody else starts it."""
    task = engine.claim_task(_offered(public_id).public_id, by=current_user.actor)
    relay.commit()
    return _back(task)


@blueprint.post("/release")
@allow("task.complete")
def release(public_id: str) -> Response:
    """Give a task back."""
    task = engine.release_task(_offered(public_id).public_id, by=current_user.actor)
    relay.commit()
    return _back(task)


@blueprint.post("/completion")
@allow("task.complete")
def complete(public_id: str) -> Response | tuple[str, int]:
    """Answer a task. Who was too late is told by whom, and keeps what they typed."""
    task = _offered(public_id)
    data = answer_of(tasks.form_of(task)["schema"], request.form)
    try:
        tasks.complete(public_id, data, agent=current_user)
        relay.commit()
    except Invalid as error:
        db.session.rollback()
        return _again(public_id, data, error.fields, ""), 422
    except TaskTaken as error:
        db.session.rollback()
        return _again(public_id, data, {}, _first(error)), 409
    return _back(task)


def _first(error: TaskTaken) -> str:
    by, at = error.extra.get("by"), error.extra.get("at")
    if by is None:
        return "The process has moved on since you opened this; nobody needs this answer any more."
    return f"{actor(by)} did this {ago(at)}, a little before you. What you typed is below, and was not used."


def _again(public_id: str, data: dict[str, Any], problems: dict[str, str], too_late: str) -> str:
    task = engine.task(public_id)
    form = ticket_page.form_of(task)
    form = ticket_page.Form(task, form.title, form.schema, form.ui, {**form.data, **data})
    page = "tasks/form.html" if request.headers.get("HX-Request") else "tasks/show.html"
    told = {"problems": problems, "too_late": too_late}
    return render_template(page, form=form, ticket=tasks.ticket_of(task), **told, **ticket_page.choices())
