"""How a view that changes something ends: processes hear of it, the answer is written down, everything is committed."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response
from pydantic import BaseModel

from app import relay
from app.api import idempotency
from app.db import db

P = ParamSpec("P")
T = TypeVar("T")


def effect(
    status: int, shape: Callable[[T], BaseModel], location: Callable[[T], str] | None = None
) -> Callable[[Callable[P, T]], Callable[P, Response]]:
    """Let a view return what it changed: the answer is its `shape`, with this status, after the commit.

    The processes have moved on when the shape is taken, and the answer commits with the change: a crash leaves both or
    neither.
    """

    def declare(view: Callable[P, T]) -> Callable[P, Response]:
        @wraps(view)
        def run(*args: P.args, **kwargs: P.kwargs) -> Response:
            row, repeated = idempotency.claim()
            if repeated is not None:
                return repeated
            changed = view(*args, **kwargs)
            relay.settle()
            db.session.flush()
            body = shape(changed).model_dump_json()
            place = location(changed) if location else ""
            if row is not None:
                row.status, row.body, row.location = status, body, place
            relay.commit()
            return idempotency.answer(status, body, place)

        return run

    return declare
