"""Both set-ups, to be hurt."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_desk import FaultDesk, fault_desk
from load import servers
from rooms_fixtures import any_app, app, postgres_app

__all__ = ["any_app", "app", "postgres_app"]


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[FaultDesk]:
    """Give SQLite with everything in one process."""
    with fault_desk(tmp_path, {}, ("up",), "up") as desk:
        yield desk


@pytest.fixture
def distributed(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[FaultDesk]:
    """Give PostgreSQL and Redis with web, worker and clock as processes of their own."""
    with fault_desk(tmp_path, servers(postgres_url, redis_url), ("web", "worker", "clock"), "worker") as desk:
        yield desk


@pytest.fixture
def production(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[FaultDesk]:
    """Give PostgreSQL and Redis, two workers, and every setting as it is when nobody sets it."""
    defaults = dict.fromkeys(("FLOWDESK_LEASE_SECONDS", "FLOWDESK_CLOCK_INTERVAL"), "")
    environment = servers(postgres_url, redis_url) | defaults
    with fault_desk(tmp_path, environment, ("web", "worker", "clock"), "worker") as desk:
        desk.installation.start_process("worker", "worker-2")
        yield desk
