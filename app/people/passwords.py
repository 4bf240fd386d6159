"""Passwords, kept as argon2id (RFC 9106)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from app import events
from app.db import db
from app.errors import Invalid
from app.people.agent import Agent
from app.text import one_line

SHORTEST, LONGEST = 8, 1024  # NIST SP 800-63B section 5.1.1 for the shortest; the longest bounds the work

_hasher = PasswordHasher()


def set_password(agent: Agent, password: str, by: str) -> None:
    """Set an agent's password; raise Invalid for one of less than 8 or more than 1,024 characters."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("This password cannot be used.", {"password": f"must have {SHORTEST} to {LONGEST} characters"})
    agent.password_hash = _hasher.hash(_bytes(password))
    events.record("agent.password_set", by=by, subject=agent.actor)


def check_password(email: str, password: str) -> Agent | None:
    """Return the active agent this address and password belong to; unknown and known addresses take the same time."""
    agent = db.session.scalars(select(Agent).where(Agent.email == one_line(email, 254).lower())).one_or_none()
    decoy = _decoy()
    usable = agent is not None and agent.active and agent.password_hash is not None
    stored = agent.password_hash if agent is not None and usable else None
    matches = _matches(stored or decoy, password[: LONGEST + 1])
    return agent if usable and matches else None


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return password.encode(errors="surrogatepass")


@cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")
