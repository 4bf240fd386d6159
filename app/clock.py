"""The one place that asks what time it is; tests hold it with freezegun, the demo data by `held`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """Return the current moment as an aware UTC datetime."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def held(at: datetime) -> Iterator[None]:
    """Let the enclosed work happen at another moment."""
    token = _held.set(at)
    try:
        yield
    finally:
        _held.reset(token)
