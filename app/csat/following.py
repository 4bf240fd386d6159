"""What came of an unhappy answer."""

from app import clock
from app.csat.survey import Survey, record
from app.errors import Invalid
from app.tickets.changes import hold

OUTCOMES = ("settled", "not_reached", "not_wanted", "reopen")


def followed_up(survey: Survey, outcome: str, *, by: str) -> bool:
    """Keep what somebody reached with an unhappy customer and record `survey.followed_up`; return whether it is new.

    Raise Invalid for an outcome there is not.
    """
    if outcome not in OUTCOMES:
        raise Invalid(f"There is no outcome {outcome!r}.", {"outcome": f"must be one of {', '.join(OUTCOMES)}"})
    hold(survey)
    if survey.outcome == outcome:
        return False
    survey.outcome, survey.followed_up_at = outcome, clock.now()
    record("survey.followed_up", survey, by, outcome=outcome)
    return True


def words_of(survey: Survey) -> str:
    """Return what the customer wrote with a rating as something that can be answered."""
    return survey.comment or f"(rated {survey.score} of 5, without words)"
