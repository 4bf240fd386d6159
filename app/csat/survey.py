"""A survey: one row per resolution that was asked about, found by the signed link of its mail."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock, events
from app.config import settings
from app.db import Base, Public, db
from app.errors import NotFound
from app.tickets.ticket import Ticket

VALID = timedelta(days=60)
COMMENT = 4_000


class Survey(Public, Base):
    """`token` is kept as SHA-256; `score` is 1 to 5; `outcome` says what came of a follow-up."""

    __tablename__ = "survey"
    # What the reports sum up is in the index, so that a long period does not read the rows.
    __table_args__ = (Index("ix_survey_answered_at", "answered_at", "score", "agent_id", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    score: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    followed_up_at: Mapped[datetime | None]


def latest(ticket: Ticket) -> Survey | None:
    """Return the newest survey of a ticket."""
    return _latest(ticket.id)


def by_id(ident: int) -> Survey:
    """Return a survey; raise NotFound."""
    found = db.session.get(Survey, ident)
    if found is None:
        raise NotFound("There is no such survey.")
    return found


def find(token: str) -> Survey | None:
    """Return the survey a link belongs to, for 60 days after it was asked.

    The link of an earlier resolution leads to the survey of the latest one: that is what is asked about now.
    """
    survey = db.session.scalars(select(Survey).where(Survey.token_hash == hash_of(token))).one_or_none()
    if survey is None or clock.now() - survey.asked_at >= VALID:
        return None
    return _latest(survey.ticket_id)


def link(survey: Survey) -> str:
    """Return the path where this survey is answered; it can be made again at any time."""
    return f"/rate/{token_of(survey.public_id)}"


def token_of(public_id: str) -> str:
    """Return the token of a survey, 256 bits signed with the secret of the desk."""
    mac = hmac.digest(settings().secret().encode(), f"survey:{public_id}".encode(), "sha256")
    return urlsafe_b64encode(mac).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def record(name: str, survey: Survey, by: str, **data: int | str) -> None:
    """Record what happened to a survey, on its ticket."""
    subject, data = f"ticket:{survey.ticket_id}", {"ticket": survey.ticket_id, "survey": survey.id, **data}
    events.record(name, by=by, subject=subject, ticket_id=survey.ticket_id, data=data)


def _latest(ticket_id: int) -> Survey | None:
    query = select(Survey).where(Survey.ticket_id == ticket_id).order_by(Survey.id.desc()).limit(1)
    return db.session.scalars(query).first()
