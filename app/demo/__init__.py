"""Demo data: a small company's last two weeks, played through the real process with a held clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select

from app import clock, people, relay
from app.config import settings
from app.db import db, reading
from app.demo import board
from app.demo.company import found
from app.demo.play import play
from app.tickets.ticket import Ticket


def fill() -> str:
    """Fill an unused desk and say so; return an empty string for one that has agents or tickets.

    Neither workers nor the clock may run meanwhile: what lies two weeks back would be late for them.
    """
    with reading():
        used = bool(people.all_agents(active=False)) or db.session.scalar(select(Ticket.id).limit(1)) is not None
        db.session.rollback()
    if used:
        return ""
    now = clock.now().replace(microsecond=0)
    with _offline():
        found(now)
        with clock.held(now - timedelta(weeks=3)):
            board.found(now.date())
            relay.commit()
        tickets = play(now)
    return f"Made {tickets} demo tickets"


@contextmanager
def _offline() -> Iterator[None]:
    """Let the enclosed work reach nobody: no mail server and no AI service, whatever is configured."""
    config = settings()
    kept = config.smtp_url, config.openai_api_key
    config.smtp_url = config.openai_api_key = ""
    try:
        yield
    finally:
        config.smtp_url, config.openai_api_key = kept
