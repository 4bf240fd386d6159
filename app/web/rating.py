"""The customer's side: how did we do? Opening the page changes nothing, so that mail scanners cannot answer."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from app import csat, relay
from app.csat import Survey
from app.db import db
from app.errors import Invalid
from app.tickets import finding
from app.web.access import PUBLIC, allow
from app.web.signing_in import limiter

blueprint = Blueprint("rating", __name__)
WORDS = {1: "Bad", 2: "Not good", 3: "Okay", 4: "Good", 5: "Excellent"}


@blueprint.get("/rate/<token>")
@limiter.limit("120 per minute")
@allow(PUBLIC)
def ask(token: str) -> Response:
    """Ask for stars; `?score=4` only selects four of them."""
    survey = csat.find(token)
    if survey is None:
        return _page("rating/unknown.html", 404)
    if survey.answered_at is not None:
        return _thanks(survey)
    return _page("rating/ask.html", survey=survey, token=token, score=request.args.get("score", 0, int), comment="")


@blueprint.post("/rate/<token>")
@limiter.limit("30 per minute")
@allow(PUBLIC)
def answer(token: str) -> Response:
    """Take the answer, once."""
    survey = csat.find(token)
    if survey is None:
        return _page("rating/unknown.html", 404)
    score, comment = request.form.get("score", 0, int), request.form.get("comment", "").strip()[:4000]
    try:
        csat.answer(survey, score, comment, by=finding.by_id(survey.ticket_id).contact.actor)
    except Invalid:
        db.session.rollback()
        return _page("rating/ask.html", 422, survey=survey, token=token, score=score, comment=comment, problem=True)
    relay.commit()
    return _thanks(survey)


def _thanks(survey: Survey) -> Response:
    return _page("rating/thanks.html", survey=survey)


def _page(template: str, status: int = 200, *, survey: Survey | None = None, **shown: object) -> Response:
    ticket = finding.by_id(survey.ticket_id) if survey is not None else None
    answer = make_response(render_template(template, survey=survey, ticket=ticket, words=WORDS, **shown), status)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
