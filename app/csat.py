"""The satisfaction survey: asked once per resolution, answered through a signed link."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock, events
from app.config import settings
from app.db import Base, Public, db, new_public_id
from app.errors import Invalid
from app.text import clean
from app.tickets.changes import hold
from app.tickets.ticket import Ticket

VALID = timedelta(days=60)
COMMENT = 4_000


class Survey(Public, Base):
    """`token` is kept as SHA-256; `score` is 1 to 5."""

    __tablename__ = "survey"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    score: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text, default="")


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
            token_hash=_hash(_token(public_id)),
            asked_at=clock.now(),
        )
        db.session.add(survey)
        db.session.flush()
        _record("survey.opened", survey, by, ticket=ticket.id)
    return survey, _token(survey.public_id)


def latest(ticket: Ticket) -> Survey | None:
    """Return the newest survey of a ticket."""
    query = select(Survey).where(Survey.ticket_id == ticket.id).order_by(Survey.id.desc()).limit(1)
    return db.session.scalars(query).first()


def find(token: str) -> Survey | None:
    """Return the survey a link belongs to, for 60 days after it was asked."""
    survey = db.session.scalars(select(Survey).where(Survey.token_hash == _hash(token))).one_or_none()
    return survey if survey is not None and clock.now() - survey.asked_at < VALID else None


def answer(survey: Survey, score: int, comment: str, *, by: str) -> bool:
    """Keep a rating of 1 to 5 and record `ticket.rated`; return False and keep the first one when it came before.

    Raise Invalid for another score. A comment is cut after 4,000 characters.
    """
    if isinstance(score, bool) or score not in range(1, 6):
        raise Invalid(f"{score!r} is not a rating.", {"score": "must be 1 to 5"})
    hold(survey)
    if survey.answered_at is not None:
        return False
    survey.score, survey.comment, survey.answered_at = score, clean(comment, COMMENT), clock.now()
    _record("ticket.rated", survey, by, score=score)
    return True


def reminded(survey: Survey, *, by: str = "process:csat") -> bool:
    """Note that the customer was asked once more and record it; return whether that was the first time."""
    if survey.reminded_at is not None:
        return False
    survey.reminded_at = clock.now()
    _record("survey.reminded", survey, by)
    return True


def link(survey: Survey) -> str:
    """Return the path where this survey is answered; it can be made again at any time."""
    return f"/rate/{_token(survey.public_id)}"


def _token(public_id: str) -> str:
    mac = hmac.digest(settings().secret().encode(), f"survey:{public_id}".encode(), "sha256")
    return urlsafe_b64encode(mac).rstrip(b"=").decode()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def _record(name: str, survey: Survey, by: str, **data: int) -> None:
    subject, data = f"ticket:{survey.ticket_id}", {"survey": survey.id, **data}
    events.record(name, by=by, subject=subject, ticket_id=survey.ticket_id, data=data)
