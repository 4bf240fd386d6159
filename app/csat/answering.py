"""The customer's answer: taken once, and changeable for a while."""

from datetime import datetime, timedelta

from app import clock
from app.csat.survey import COMMENT, Survey, record
from app.csat.wishes import CHANGE_HOURS
from app.errors import Invalid
from app.text import clean
from app.tickets.changes import hold


def changeable_until(survey: Survey) -> datetime | None:
    """Return until when an answer can be changed, counted from the first one; None while there is none."""
    return survey.answered_at and survey.answered_at + timedelta(hours=CHANGE_HOURS.get())


def answer(survey: Survey, score: int, comment: str, *, by: str) -> bool:
    """Keep a rating of 1 to 5 and record `ticket.rated`; return whether that was news.

    The same answer again changes nothing, nor does another one once its time is over. Raise Invalid for another
    score. A comment is cut after 4,000 characters.
    """
    if isinstance(score, bool) or score not in range(1, 6):
        raise Invalid(f"{score!r} is not a rating.", {"score": "must be 1 to 5"})
    hold(survey)
    comment, before = clean(comment, COMMENT), survey.score or 0
    until = changeable_until(survey)
    if until is not None and ((before, survey.comment) == (score, comment) or clock.now() >= until):
        return False
    survey.score, survey.comment = score, comment
    if survey.answered_at is None:
        survey.answered_at = clock.now()
    else:
        survey.changed_at = clock.now()
    record("ticket.rated", survey, by, score=score, before=before)
    return True
