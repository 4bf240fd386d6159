"""The desks: their names, addresses and members, and which one takes what nobody else owns."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import departments, people
from app.departments import Department
from app.errors import Conflict, Invalid
from app.people import Agent
from app.tickets import dissolving
from app.web.access import allow
from app.web.settings.page import Page, answer, attempt, changed_by

blueprint = Blueprint("departments", __name__, url_prefix="/departments")
PAGE = Page(
    "People",
    "Departments",
    "web.settings.departments.index",
    "building",
    "Desks, their mail addresses and who works there",
)


@blueprint.get("")
@allow("settings.read")
def index() -> str:
    """List the departments."""
    desks = departments.all_departments()
    return render_template("settings/departments/index.html", desks=desks, counts=dissolving.open_counts())


@blueprint.get("/new")
@allow("settings.write")
def new() -> str:
    """Show the form for another one."""
    return _form({})


def _form(wrong: dict[str, str]) -> str:
    return render_template("settings/departments/new.html", wrong=wrong)


@blueprint.post("/new")
@allow("settings.write")
def create() -> Response | tuple[str, int]:
    """Add one."""
    sent, by = request.form, current_user.actor

    def add() -> None:
        key, name = sent.get("key", "").strip(), sent.get("name", "").strip()
        if not name:
            raise Invalid("A department needs a name.", {"name": "must have 1 to 120 characters"})
        if any(desk.key == key for desk in departments.all_departments()):
            raise Invalid("This key is taken.", {"key": "belongs to another department"})
        departments.add(key, name, addresses=_lines(sent.get("addresses", "")), by=by)

    if wrong := attempt(add):
        return _form({field or "addresses": why for field, why in wrong.items()}), 422
    flash("Added. Make somebody a member, so that its tickets are seen and answered.")
    return redirect(url_for("web.settings.departments.show", key=sent["key"].strip()), 303)


@blueprint.get("/<key>")
@allow("settings.read")
def show(key: str) -> str:
    """Show one."""
    return _page(key, {})


def _page(key: str, wrong: dict[str, str]) -> str:
    desk = departments.by_key(key)
    members = sorted(desk.members, key=lambda agent: (not agent.active, agent.name))
    others = [agent for agent in people.all_agents() if agent not in members]
    return render_template(
        "settings/departments/show.html",
        desk=desk,
        members=members,
        others=others,
        tickets=dissolving.count_at(desk),
        wrong=wrong,
    )


@blueprint.post("/<key>")
@allow("settings.write")
def save(key: str) -> Response | tuple[str, int]:
    """Set name and addresses, and make it the default one."""
    desk, sent, by = departments.by_key(key), request.form, current_user.actor
    acts: dict[str, Callable[[], object]] = {
        "name": partial(departments.rename, desk, sent.get("name", ""), by=by),
        "addresses": lambda: _address(desk, _lines(sent.get("addresses", "")), by),
        "is_default": lambda: departments.make_default(desk, by=by) if "is_default" in sent else False,
    }
    return answer(changed_by(acts), partial(_page, key), url_for("web.settings.departments.show", key=key))


def _address(desk: Department, emails: list[str], by: str) -> None:
    try:
        departments.set_addresses(desk, emails, by=by)
    except Conflict as error:
        raise Invalid(error.detail, {"addresses": error.detail}) from None


def _lines(text: str) -> list[str]:
    return [part for part in text.replace(",", " ").split() if part]


@blueprint.post("/<key>/members")
@allow("settings.write")
def join(key: str) -> Response | tuple[str, int]:
    """Make somebody a member."""
    desk = departments.by_key(key)

    def act() -> None:
        agent = people.by_public_id(request.form.get("agent", ""))
        if agent is None:
            raise Invalid("Nobody is chosen.", {"agent": "choose somebody"})
        departments.join(desk, agent, by=current_user.actor)

    return answer(attempt(act), partial(_page, key), url_for("web.settings.departments.show", key=key), "Joined.")


@blueprint.post("/<key>/members/<public_id>/end")
@allow("settings.write")
def leave(key: str, public_id: str) -> Response:
    """End a membership."""
    desk, agent = departments.by_key(key), people.named(public_id)
    attempt(lambda: departments.leave(desk, agent, by=current_user.actor))
    flash(_left(agent, desk))
    return redirect(url_for("web.settings.departments.show", key=key), 303)


def _left(agent: Agent, desk: Department) -> str:
    return f"{agent.name} is no member of {desk.name} any more; what they hold stays with them."


@blueprint.post("/<key>/removal")
@allow("settings.write")
def remove(key: str) -> Response | tuple[str, int]:
    """Remove it, if nothing depends on it."""
    desk = departments.by_key(key)
    name = desk.name
    wrong = attempt(lambda: dissolving.dissolve(desk, by=current_user.actor))
    return answer(wrong, partial(_page, key), url_for("web.settings.departments.index"), f"{name} is gone.")
