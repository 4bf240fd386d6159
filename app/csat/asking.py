"""Asking how it went: one survey per resolution, and one reminder."""

from app import clock
from app.csat.survey import Survey, hash_of, latest, record, token_of
from app.db import db, new_public_id
from app.tickets.changes import hold
from app.tickets.ticket import Ticket


def open_survey(ticket: Ticket, *, by: str) -> tuple[Survey, str]:
    """Return the survey of the ticket's latest resolution and its token, opened and recorded if it was not."""
    hold(ticket)
    survey = latest(ticket)
    if survey is None or (ticket.resolved_at is not None and survey.asked_at < ticket.resolved_at):
        public_id = new_public_id()
        survey = Survey(
            public_id=public_id,
            ticket_id=ticket.id,
            agent_id=ticket.assignee_id,
            token_hash=hash_of(token_of(public_id)),
            asked_at=clock.now(),
        )
        db.session.add(survey)
        db.session.flush()
        record("survey.opened", survey, by)
    return survey, token_of(survey.public_id)


def reminded(survey: Survey, *, by: str = "process:csat") -> bool:
    """Note that the customer was asked once more and record it; return whether that was the first time."""
    if survey.reminded_at is not None:
        return False
    survey.reminded_at = clock.now()
    record("survey.reminded", survey, by)
    return True
