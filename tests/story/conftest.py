"""Both set-ups: everything in one process on SQLite, and many processes on PostgreSQL and Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Installation]:
    """Give SQLite with worker and clock inside the web process."""
    with Installation(tmp_path, {}, ("up",)) as made:
        yield made


@pytest.fixture
def distributed(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[Installation]:
    """Give PostgreSQL and Redis with web, worker and clock as processes of their own."""
    environment = {
        "FLOWDESK_DATABASE_URL": postgres_url,
        "FLOWDESK_REDIS_URL": redis_url,
        "FLOWDESK_SECRET_KEY": "s" * 40,
    }
    with Installation(tmp_path, environment, ("web", "worker", "clock")) as made:
        yield made
