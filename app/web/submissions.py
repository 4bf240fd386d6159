"""One click, one effect: a form carries a nonce, and sending it a second time repeats the first answer."""

import secrets
from collections.abc import Callable
from datetime import datetime

from flask_login import current_user
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock, relay
from app.db import Base, db
from app.once import insert_once


class Submission(Base):
    """A form that was sent; `answer` is what came of it. Written in the transaction of its effect."""

    __tablename__ = "submission"

    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    answer: Mapped[str] = mapped_column(String(120), default="")


def nonce() -> str:
    """Return a fresh nonce for a form."""
    return secrets.token_urlsafe(16)


def once(nonce: str, act: Callable[[], str]) -> str:
    """Act and commit at most once per nonce of the signed-in agent; return the answer of that one time.

    A second sending at the same moment waits for the first on the row's unique key.
    """
    key = {"nonce": nonce[:64] or secrets.token_urlsafe(16), "agent_id": current_user.id}
    row = Submission(**key)
    if not insert_once(row):
        return db.session.scalar(select(Submission.answer).filter_by(**key)) or ""
    row.answer = act()
    relay.commit()
    return row.answer
