"""The satisfaction survey: asked once per resolution, answered through a signed link, followed up when it is low."""

from app.csat.answering import answer, changeable_until
from app.csat.asking import open_survey, reminded
from app.csat.following import OUTCOMES, followed_up, words_of
from app.csat.survey import COMMENT, VALID, Survey, by_id, find, latest, link
from app.csat.wishes import AFTER_HOURS, ASK, CHANGE_HOURS, LOW, REMIND_DAYS, THANK

__all__ = [
    "AFTER_HOURS",
    "ASK",
    "CHANGE_HOURS",
    "COMMENT",
    "LOW",
    "OUTCOMES",
    "REMIND_DAYS",
    "THANK",
    "VALID",
    "Survey",
    "answer",
    "by_id",
    "changeable_until",
    "find",
    "followed_up",
    "latest",
    "link",
    "open_survey",
    "reminded",
    "words_of",
]
