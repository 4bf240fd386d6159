"""The real servers of the tests, for benchmarks that need them; importing this makes the tests' modules known."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "timers"))

from servers import Postgres, Redis


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Give a running server without a database."""
    server = Postgres()
    server.start()
    try:
        yield server
    finally:
        server.remove()


@contextmanager
def redis() -> Iterator[str]:
    """Give the address of an empty Redis."""
    server = Redis()
    server.start()
    try:
        yield server.url
    finally:
        server.remove()
