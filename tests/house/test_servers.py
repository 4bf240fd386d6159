"""The servers of the tests are real, empty at the start of each test, and survive being stopped and started."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NotThere


def test_postgres_gives_an_empty_database(postgres_url):
    with psycopg.connect(postgres_url) as connection:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert connection.execute(tables).fetchone() == (0,)
        assert connection.info.server_version >= 170000


def test_postgres_keeps_what_was_committed_when_it_is_stopped_and_started(postgres_server, postgres_url):
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    postgres_server.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_url)
    postgres_server.start()
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_redis_is_empty_for_each_test(redis_url, turn):
    with Redis.from_url(redis_url) as client:
        assert client.keys() == []
        client.set("left over by", turn)


def test_redis_can_be_stopped_and_started(redis_server, redis_url):
    redis_server.stop()
    with Redis.from_url(redis_url) as client, pytest.raises(NotThere):
        client.ping()
    redis_server.start()
    with Redis.from_url(redis_url) as client:
        assert client.ping()


def test_a_server_stops_when_the_test_run_that_started_it_is_killed(tmp_path):
    script = "import os, servers; s = servers.Redis(); s.start(); print(s.port, flush=True); os.kill(os.getpid(), 9)"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "TMPDIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    deadline = time.monotonic() + 10
    while _listens(int(run.stdout)):
        assert time.monotonic() < deadline, "the server outlived its test run"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_test_cannot_reach_beyond_this_machine():
    with socket.socket() as probe, pytest.raises(RuntimeError, match="tests stay on this machine"):
        probe.connect(("192.0.2.1", 80))


def test_chromium_opens_a_page(page):
    page.set_content("<title>Flowdesk</title>")
    assert page.title() == "Flowdesk"
