"""Both set-ups: everything in one process on SQLite, and many processes on PostgreSQL and Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation
from servers import Postgres, Redis


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Installation]:
    """Give SQLite with worker and clock inside the web process."""
    made = Installation(tmp_path, {}, ("up",)).start()
    yield made
    made.stop()


@pytest.fixture
def distributed(tmp_path: Path, postgres_url: str, redis_url: str, postgres_server: Postgres, redis_server: Redis) -> Iterator[Installation]:
    """Give PostgreSQL and Redis with web, worker and clock as processes of their own."""
    environment = {"FLOWDESK_DATABASE_URL": postgres_url, "FLOWDESK_REDIS_URL": redis_url, "FLOWDESK_SECRET_KEY": "s" * 40}
    made = Installation(tmp_path, environment, ("web", "worker", "clock")).start()
    yield made
    made.stop()
