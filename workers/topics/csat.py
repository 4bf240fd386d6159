"""The satisfaction survey."""

from typing import Any

from app import csat, notify
from app.csat import Survey
from app.db import db
from app.engine import topic
from app.tickets import finding, flagging
from workers import post

BY = "process:csat"


@topic("csat.open", returns={"survey": int})
def open_(ticket: int) -> dict[str, Any]:
    """Open a survey for a resolved ticket; it is asked by its own process."""
    survey, _ = csat.open_survey(finding.by_id(ticket), by="process:request")
    return {"survey": survey.id}


@topic("csat.send")
def send(survey: int) -> None:
    """Mail the survey."""
    _mail(db.session.get_one(Survey, survey), reminder=False)


@topic("csat.remind")
def remind(survey: int) -> None:
    """Mail the survey once more."""
    found = db.session.get_one(Survey, survey)
    if found.answered_at is None:
        _mail(found, reminder=True)
        csat.reminded(found)


def _mail(survey: Survey, *, reminder: bool) -> None:
    ticket = finding.by_id(survey.ticket_id)
    post.queue(notify.survey(ticket, survey.id, csat.link(survey), reminder=reminder))


@topic("csat.follow_up")
def follow_up(survey: int) -> None:
    """Flag the ticket of an unhappy customer."""
    found = db.session.get_one(Survey, survey)
    flagging.flag(finding.by_id(found.ticket_id), "low_rating", by=BY)
