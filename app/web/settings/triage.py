"""From which confidence on nobody looks at a classification."""

from flask import Blueprint, render_template, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from app.db import db
from app.tickets.judging import THRESHOLD
from app.tickets.ticket import Ticket
from app.web.access import allow
from app.web.settings.page import Page, answer, set_options

blueprint = Blueprint("triage", __name__)
PAGE = Page(
    "Routing", "Triage", "web.settings.triage.show", "question-diamond", "When a person looks before a ticket is filed"
)
LATEST = 500
# bi-question-diamond


@blueprint.get("/triage")
@allow("settings.read")
def show() -> str:
    """Show the threshold, and what others would mean for the latest tickets."""
    return _page({})


@blueprint.post("/triage")
@allow("settings.write")
def save() -> Response | tuple[str, int]:
    """Set it."""
    return answer(set_options(THRESHOLD), _page, url_for("web.settings.triage.show"))


def _page(wrong: dict[str, str]) -> str:
    latest = select(Ticket.confidence).where(Ticket.confidence.is_not(None)).order_by(Ticket.id.desc()).limit(LATEST)
    found = latest.subquery()
    steps = (0.5, 0.6, 0.7, 0.8, 0.9)
    below = [func.count().filter(found.c.confidence < step) for step in steps]
    total, *counts = db.session.execute(select(func.count(), *below).select_from(found)).one()
    shares = [(step, count) for step, count in zip(steps, counts, strict=True)] if total else []
    return render_template("settings/triage.html", threshold=THRESHOLD.get(), total=total, shares=shares, wrong=wrong)
