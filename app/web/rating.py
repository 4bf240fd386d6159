"""The customer's side: how did we do? Opening the page changes nothing, so that mail scanners cannot answer.

A star in the mail is one click, and the page it opens has that star chosen; pressing its button is the answer. No
script presses it: what looks at pages for safety runs scripts and moves the mouse as well as people do.
"""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from app import clock, csat, relay
from app.csat import Survey
from app.db import db
from app.errors import Invalid
from app.notify.texts import spoken_in
from app.tickets import finding
from app.web import rating_words
from app.web.access import PUBLIC, allow
from app.web.signing_in import limiter

blueprint = Blueprint("rating", __name__)


@blueprint.get("/rate/<token>")
@limiter.limit("120 per minute")
@allow(PUBLIC)
def ask(token: str) -> Response:
    """Ask for stars; `?score=4` only selects four of them, `?change=1` asks once more."""
    survey = csat.find(token)
    if survey is None:
        return _page("rating/unknown.html", 404)
    chosen = request.args.get("score", survey.score or 0, int)
    if survey.answered_at is None or (_changeable(survey) and _asks_again(survey, chosen)):
        return _page("rating/ask.html", survey=survey, token=token, score=chosen, comment=survey.comment)
    return _page("rating/thanks.html", survey=survey, token=token)


@blueprint.post("/rate/<token>")
@limiter.limit("30 per minute")
@allow(PUBLIC)
def answer(token: str) -> Response:
    """Take the answer, once; a changed one while there is time."""
    survey = csat.find(token)
    if survey is None:
        return _page("rating/unknown.html", 404)
    score, comment = request.form.get("score", 0, int), request.form.get("comment", "").strip()[: csat.COMMENT]
    before = (survey.score, survey.comment)
    try:
        news = csat.answer(survey, score, comment, by=finding.by_id(survey.ticket_id).contact.actor)
    except Invalid:
        db.session.rollback()
        return _page("rating/ask.html", 422, survey=survey, token=token, score=score, comment=comment, problem=True)
    late = not news and before != (score, comment) and before[0] is not None
    relay.commit()
    return _page("rating/thanks.html", survey=survey, token=token, late=late)


def _changeable(survey: Survey) -> bool:
    until = csat.changeable_until(survey)
    return until is not None and clock.now() < until


def _asks_again(survey: Survey, chosen: int) -> bool:
    return "change" in request.args or chosen != survey.score


def _page(template: str, status: int = 200, *, survey: Survey | None = None, **shown: object) -> Response:
    ticket = finding.by_id(survey.ticket_id) if survey is not None else None
    language = ticket.language if ticket is not None else rating_words.asked_for()
    page = render_template(
        template,
        survey=survey,
        ticket=ticket,
        words=rating_words.words(language),
        labels=rating_words.labels(language),
        language=spoken_in(language),
        changeable=survey is not None and _changeable(survey),
        low=csat.LOW.get(),
        **shown,
    )
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
