"""The satisfaction survey."""

from typing import Any

from app import csat, notify
from app.csat import Survey
from app.db import db
from app.engine import topic
from app.tickets import conversation, finding, flagging
from app.tickets import status as statuses
from app.tickets.ticket import OPEN_STATUSES
from workers import post

BY, FOLLOWING = "process:csat", "process:after_rating"


@topic("csat.open", returns={"survey": int})
def open_(ticket: int) -> dict[str, Any]:
    """Open a survey for a resolved ticket, if the desk asks for ratings; it is asked by its own process."""
    if not csat.ASK.get():
        return {"survey": None}
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
    flagging.flag(finding.by_id(csat.by_id(survey).ticket_id), "low_rating", by=BY)


@topic("csat.followed_up")
def followed_up(survey: int, outcome: str) -> None:
    """Keep what was reached with an unhappy customer and take the flag off."""
    found = csat.by_id(survey)
    csat.followed_up(found, outcome, by=FOLLOWING)
    flagging.unflag(finding.by_id(found.ticket_id), by=FOLLOWING)


@topic("csat.reopen")
def reopen(survey: int) -> None:
    """Take up the ticket of an unhappy customer again, with their words as what is to be answered."""
    found = csat.by_id(survey)
    ticket = finding.by_id(found.ticket_id)
    if ticket.status not in OPEN_STATUSES:
        conversation.from_customer(ticket, contact=ticket.contact, body=csat.words_of(found), first=True)
        statuses.reopen(ticket, by=FOLLOWING, reason="The customer was not satisfied")


@topic("csat.thank")
def thank(survey: int) -> None:
    """Thank the customer for a good rating."""
    post.queue(notify.thanks(finding.by_id(csat.by_id(survey).ticket_id), survey))
