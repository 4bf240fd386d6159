"""Both set-ups: everything in one process on SQLite, and many processes on PostgreSQL and Redis.

Each is started once for all stories, because starting takes longer than most of them. So every story has customers of
its own and asks for nothing but their tickets.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest
from installation import Installation
from servers import Postgres, Redis

pytest.register_assert_rewrite("change_requests", "main_job", "merging", "routing_rule")


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give SQLite with worker and clock inside the web process; its token is Ann's."""
    with Installation(tmp_path_factory.mktemp("embedded"), {}, ("up",)) as made:
        made.token = made.add_agent("ann@desk.example", "Ann Agent")
        yield made


@pytest.fixture(scope="module")
def distributed(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, redis_server: Redis
) -> Iterator[Installation]:
    """Give PostgreSQL and Redis with web, worker and clock as processes of their own; its token is Ann's."""
    url = postgres_server.create()
    with closing(redis_server.client()) as client:
        client.flushall()
    environment = {
        "FLOWDESK_DATABASE_URL": url,
        "FLOWDESK_REDIS_URL": redis_server.url,
        "FLOWDESK_SECRET_KEY": "s" * 40,
    }
    home = tmp_path_factory.mktemp("distributed")
    with Installation(home, environment, ("web", "worker", "clock")) as made:
        made.token = made.add_agent("ann@desk.example", "Ann Agent")
        yield made
    postgres_server.drop(url)
