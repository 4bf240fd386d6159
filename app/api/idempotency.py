"""One key, one effect: a POST that carries an Idempotency-Key and is sent again repeats its first answer."""

import hashlib
from datetime import datetime, timedelta

from flask import Response, request
from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.api import auth
from app.db import Base, db
from app.errors import Invalid
from app.once import insert_once

HEADER = "Idempotency-Key"
REPEATED = "Idempotent-Replayed"
LONGEST = 200
KEPT = timedelta(days=7)
_SWEPT_AT_ONCE = 20


class IdempotencyKey(Base):
    """A key an agent sent, what it was sent with, and the answer; written in the transaction of the effect."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("key", "agent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[str] = mapped_column(Text, default="")
    location: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


def claim() -> tuple[IdempotencyKey | None, Response | None]:
    """Return the row this request fills, or the answer it repeats; neither without a key.

    A duplicate that runs at the same moment waits here for the first on the row's unique key. Raise Invalid for a key
    that came with another request before.
    """
    key = request.headers.get(HEADER, "") if request.method == "POST" else ""
    if not key:
        return None, None
    if len(key) > LONGEST or not key.isprintable():
        raise Invalid(f"The {HEADER} cannot be used.", {HEADER: f"must be at most {LONGEST} printable characters"})
    _sweep()
    row = IdempotencyKey(key=key, agent_id=auth.agent().id, request_hash=_hash())
    if insert_once(row):
        return row, None
    query = select(IdempotencyKey).filter_by(key=key, agent_id=auth.agent().id)
    return None, _repeat(db.session.scalars(query).one())


def _repeat(first: IdempotencyKey) -> Response:
    if first.request_hash != _hash():
        raise Invalid(f"This {HEADER} was used before, for another request.", {HEADER: "was used for another request"})
    return answer(first.status, first.body, first.location, repeated=True)


def answer(status: int, body: str, location: str, *, repeated: bool = False) -> Response:
    """Return a JSON answer; `location` is where to find what was made, if anything was."""
    response = Response(body, status, mimetype="application/json")
    if location:
        response.headers["Location"] = location
    if repeated:
        response.headers[REPEATED] = "true"
    return response


def _hash() -> str:
    line = f"{request.method} {request.full_path}\n"
    return hashlib.sha256(line.encode(errors="surrogatepass") + request.get_data()).hexdigest()


def _sweep() -> None:
    # Rows that another request sweeps at this moment are left to it, so that no two wait for each other.
    old = select(IdempotencyKey.id).where(IdempotencyKey.created_at < clock.now() - KEPT).limit(_SWEPT_AT_ONCE)
    ids = db.session.scalars(old.with_for_update(skip_locked=True)).all()
    if ids:
        db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.id.in_(ids)))
