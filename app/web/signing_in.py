"""Sign in and out, by password or, in a demo, as one of the demo people."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app import events, people, relay
from app.config import settings
from app.db import db
from app.errors import NotFound
from app.people.agent import ROLES, Agent
from app.web import trouble
from app.web.access import PUBLIC, SIGNED_IN, allow
from app.web.addresses import own

blueprint = Blueprint("signing_in", __name__)
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, headers_enabled=True, in_memory_fallback_enabled=True)
login_manager = LoginManager()


def init(app: Flask) -> None:
    app.config.setdefault("RATELIMIT_STORAGE_URI", settings().redis_url or "memory://")
    csrf.init_app(app)
    limiter.init_app(app)
    login_manager.user_loader(_load)
    login_manager.unauthorized_handler(_send_to_sign_in)
    login_manager.init_app(app)


def protect() -> None:
    """Check the CSRF token of the screens' own forms; the API carries tokens instead of cookies."""
    csrf.protect()


def _load(public_id: str) -> Agent | None:
    agent = people.by_public_id(public_id)
    return agent if agent is not None and agent.active else None


def _send_to_sign_in() -> AnyResponse:
    if request.headers.get("HX-Request"):
        answer = trouble.answer(401)
        # A page that asks again and again would tell so again and again; htmx stops asking at this status.
        answer.status_code = trouble.STOP_POLLING if request.method == "GET" else 401
        return answer
    return redirect(url_for("web.signing_in.ask", next=_wanted()), 303)


def _wanted() -> str:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    return came_from.path if came_from.netloc == request.host else ""


def _typed_address() -> str:
    return f"{get_remote_address()} {request.form.get('email', '').strip().lower()}"


@blueprint.get("/sign-in")
@allow(PUBLIC)
def ask() -> AnyResponse | str:
    """Show the sign-in page."""
    if current_user.is_authenticated:
        return redirect(own(request.args.get("next")), 303)
    return _page()


def _page(problem: str = "", email: str = "") -> str:
    wanted = request.values.get("next", "")
    return render_template("sign_in.html", problem=problem, email=email, next=wanted, people=_demo_people())


@blueprint.post("/sign-in")
@limiter.limit("30 per minute; 300 per hour")
@limiter.limit("8 per minute; 40 per hour", key_func=_typed_address)
@allow(PUBLIC)
def enter() -> AnyResponse:
    """Check e-mail and password; the same answer for an unknown address and a wrong password."""
    email = request.form.get("email", "").strip()
    agent = people.check_password(email, request.form.get("password", ""))
    if agent is None:
        events.record("agent.sign_in_refused", by="system", subject="agent:0", data={"email": email[:254]})
        relay.commit()
        return make_response(_page("E-mail and password do not fit together.", email), 422)
    return _start(agent)


@blueprint.post("/sign-in/demo")
@limiter.limit("60 per minute")
@allow(PUBLIC)
def enter_demo() -> AnyResponse:
    """Sign in as a demo person; only where FLOWDESK_DEMO is on."""
    agent = people.by_public_id(request.form.get("person", "")) if settings().demo else None
    if agent is None or not agent.active:
        raise NotFound("There is no such demo person.")
    return _start(agent)


def _start(agent: Agent) -> AnyResponse:
    wanted = own(request.form.get("next"))
    session.clear()
    session.permanent = True
    login_user(agent)
    events.record("agent.signed_in", by=agent.actor, subject=f"agent:{agent.id}")
    relay.commit()
    return redirect(wanted, 303)


@blueprint.post("/sign-out")
@allow(SIGNED_IN)
def leave() -> Response:
    """End the session."""
    logout_user()
    session.clear()
    answer = make_response(redirect(url_for("web.signing_in.ask"), 303))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _demo_people() -> list[Agent]:
    if not settings().demo:
        return []
    agents = db.session.scalars(select(Agent).where(Agent.active).order_by(Agent.id).limit(200))
    first: dict[str, Agent] = {}
    for agent in agents:
        first.setdefault(agent.role, agent)
    return [first[role] for role in ROLES if role in first]
