"""API tokens: shown once, kept as SHA-256; 256 random bits need no slower hash."""

import hashlib
import secrets

from sqlalchemy import bindparam, select, update

from app import clock, events
from app.db import db
from app.people.agent import Agent, ApiToken

# Asked with every call; making the statement anew would cost more than asking it.
_VALID = (ApiToken.hash == bindparam("hash"), ApiToken.revoked_at.is_(None), Agent.active)
_AGENT_FOR = select(Agent).join(ApiToken, ApiToken.agent_id == Agent.id).where(*_VALID)


def create(agent: Agent, by: str) -> str:
    """Return a new token `fd_…` that acts as this agent; it cannot be read again."""
    token = f"fd_{secrets.token_urlsafe(32)}"
    row = ApiToken(agent_id=agent.id, hash=_hash(token))
    db.session.add(row)
    db.session.flush()
    events.record("token.created", by=by, subject=agent.actor, data={"token": row.id})
    return token


def agent_for(token: str) -> Agent | None:
    """Return the active agent a token acts as, or None when it is unknown or revoked."""
    return db.session.scalars(_AGENT_FOR, {"hash": _hash(token)}).one_or_none()


def revoke(token_id: int, by: str) -> bool:
    """Make one token worthless; return whether it was worth something."""
    row = db.session.get(ApiToken, token_id)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at = clock.now()
    events.record("token.revoked", by=by, subject=f"agent:{row.agent_id}", data={"token": row.id})
    return True


def revoke_all(agent: Agent, by: str) -> int:
    """Make all tokens of an agent worthless; return how many were not yet."""
    theirs = (ApiToken.agent_id == agent.id, ApiToken.revoked_at.is_(None))
    ids = db.session.scalars(select(ApiToken.id).where(*theirs)).all()
    db.session.execute(update(ApiToken).where(ApiToken.id.in_(ids)).values(revoked_at=clock.now()))
    if ids:
        events.record("token.revoked", by=by, subject=agent.actor, data={"tokens": list(ids)})
    return len(ids)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
