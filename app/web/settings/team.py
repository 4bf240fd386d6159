"""Who works at the desk: what they are, how much they take, where they belong."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import departments, people
from app.departments import Department
from app.errors import Invalid, NotFound
from app.people import Agent, permissions
from app.tickets import returning
from app.web.access import allow
from app.web.settings import away
from app.web.settings.page import Page, answer, attempt, changed_by
from app.web.settings.team_page import page
from app.web.wording import ROLE

blueprint = Blueprint("team", __name__)
blueprint.register_blueprint(away.blueprint)
PAGE = Page(
    "People", "Team", "web.settings.team.index", "person-badge", "Who works here, in which role, and who is away"
)
# bi-person-badge


@blueprint.get("/team")
@allow("settings.read")
def index() -> str:
    """List colleagues, those who left below."""
    agents = people.all_agents(active=False)
    return render_template(
        "settings/team/index.html",
        here_now=[agent for agent in agents if agent.active],
        left=[agent for agent in agents if not agent.active],
        loads=returning.open_counts(agents),
        desks=departments.names_of(agents),
        away=people.absences.running(),
        coming=people.absences.coming(),
        works=permissions.POLICY["ticket.write"],
    )


@blueprint.get("/team/new")
@allow("people.write")
def new() -> str:
    """Show the form for somebody new."""
    return _form({})


def _form(wrong: dict[str, str]) -> str:
    desks = departments.all_departments()
    chosen = {desk.key for desk in desks if desk.is_default}
    return render_template("settings/team/new.html", desks=desks, chosen=chosen, roles=list(ROLE.items()), wrong=wrong)


@blueprint.post("/team/new")
@allow("people.write")
def create() -> Response | tuple[str, int]:
    """Add somebody."""
    sent, by = request.form, current_user.actor
    made: list[Agent] = []

    def hire() -> None:
        chosen = _chosen()
        made.append(
            people.hire(
                sent.get("email", ""),
                sent.get("name", ""),
                sent.get("role", ""),
                by=by,
                password=sent.get("password") or None,
            )
        )
        departments.welcome(made[0], chosen, by=by)

    if wrong := attempt(hire):
        return _form({field or "email": why for field, why in wrong.items()}), 422
    flash(f"{made[0].name} works here now.")
    return redirect(url_for("web.settings.team.show", public_id=made[0].public_id), 303)


@blueprint.get("/team/<public_id>")
@allow("settings.read")
def show(public_id: str) -> str:
    """Show what is known of a colleague."""
    return page(public_id, {})


@blueprint.post("/team/<public_id>")
@allow("people.write")
def save(public_id: str) -> Response | tuple[str, int]:
    """Set name, role, manager, departments and signature."""
    agent, sent, by = people.named(public_id), request.form, current_user.actor
    acts: dict[str, Callable[[], object]] = {
        "name": partial(people.edit, agent, by=by, name=sent.get("name", ""), signature=sent.get("signature", "")),
        "manager": lambda: people.edit(agent, by=by, manager=_leader(sent.get("manager", ""))),
        "departments": lambda: departments.place(agent, _chosen(), by=by),
        "role": partial(people.set_role, agent, sent.get("role", agent.role), by=by),
    }
    return answer(changed_by(acts), partial(page, public_id), url_for("web.settings.team.show", public_id=public_id))


@blueprint.post("/team/<public_id>/activity")
@allow("people.write")
def set_activity(public_id: str) -> Response | tuple[str, int]:
    """Let somebody go, or take them back."""
    agent, active = people.named(public_id), request.form.get("active") == "1"
    wrong = attempt(lambda: people.set_active(agent, active, by=current_user.actor))
    said = f"{agent.name} works here again." if active else f"{agent.name} is let go; what they held is handed back."
    return answer(wrong, partial(page, public_id), url_for("web.settings.team.show", public_id=public_id), said)


def _leader(public_id: str) -> Agent | None:
    found = people.by_public_id(public_id) if public_id else None
    if public_id and found is None:
        raise Invalid("There is no such manager.", {"manager": "is unknown"})
    return found


def _chosen() -> list[Department]:
    try:
        return [departments.by_key(key) for key in request.form.getlist("departments")]
    except NotFound:
        raise Invalid("There is no such department.", {"departments": "one of them is gone"}) from None
