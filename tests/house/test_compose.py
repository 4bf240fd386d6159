"""The processes of docker-compose.yml, started as it says but without containers, make a working desk."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from servers import free_port

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROGRAMS = Path(sys.executable).parent
SECONDS = 60


def env_file(service: dict[str, Any]) -> dict[str, str]:
    """Read the example of the service's env file, which the operator copies and fills in."""
    lines = (ROOT / f"{service['env_file']}.example").read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return dict(pairs)


def declared(name: str) -> dict[str, str]:
    service = SERVICES[name]
    return env_file(service) | {key: str(value) for key, value in service.get("environment", {}).items()}


@pytest.fixture
def environment(postgres_url: str, redis_url: str, tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Give each service's own variables, with container names, ports and volumes replaced by those of this machine."""
    here = {
        "FLOWDESK_DATABASE_URL": postgres_url,
        "FLOWDESK_REDIS_URL": redis_url,
        "FLOWDESK_DATA": str(tmp_path),
        "FLOWDESK_HOST": "127.0.0.1",
        "FLOWDESK_PORT": str(free_port()),
        "FLOWDESK_SMTP_LISTEN": f"127.0.0.1:{free_port()}",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FLOWDESK_", "OPENAI_"))}

    def of(name: str) -> dict[str, str]:
        own = declared(name)
        replaced = {key: here[key] for key in own if key in here}
        return inherited | own | replaced

    return of


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str, dict[str, str]], subprocess.Popen[bytes]]]:
    """Start a service's exact command; after the test all are gone, and what they said is in the failure."""
    with ExitStack() as stack:

        def started(name: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
            program, *arguments = SERVICES[name]["command"]
            log = stack.enter_context((tmp_path / f"{name}.log").open("wb"))
            process = subprocess.Popen(
                [PROGRAMS / program, *arguments], env=environment, cwd=ROOT, stdout=log, stderr=log
            )
            stack.callback(end, process)
            return process

        yield started


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()


def wait_until_ready(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=5) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"The pages were not ready:\n{log.read_text()}")


def wait_for_word(word: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if word in log.read_text():
            return
        time.sleep(0.1)
    pytest.fail(f"It never said {word!r}:\n{log.read_text()}")


def test_web_worker_and_clock_start_as_the_file_says_and_stop_when_told(environment, start, tmp_path):
    settings = environment("web")
    web = start("web", settings)
    wait_until_ready(f"http://127.0.0.1:{settings['FLOWDESK_PORT']}", web, tmp_path / "web.log")

    worker = start("worker", environment("worker"))
    clock = start("clock", environment("clock"))
    wait_for_word("ready", worker, tmp_path / "worker.log")
    wait_for_word("ready", clock, tmp_path / "clock.log")

    for process in (clock, worker, web):
        process.send_signal(signal.SIGTERM)
    for name, process in (("clock", clock), ("worker", worker), ("web", web)):
        assert process.wait(timeout=SECONDS) == 0, (tmp_path / f"{name}.log").read_text()


@pytest.mark.parametrize(("variable", "service"), [("FLOWDESK_DATABASE_URL", "db"), ("FLOWDESK_REDIS_URL", "redis")])
def test_an_address_of_the_env_file_names_a_service(variable, service):
    assert urlsplit(declared("web")[variable]).hostname == service
    assert service in SERVICES


def test_the_database_is_made_with_the_user_the_address_names():
    declares, address = declared("db"), urlsplit(declared("web")["FLOWDESK_DATABASE_URL"])
    assert (address.username, address.password) == (declares["POSTGRES_USER"], declares["POSTGRES_PASSWORD"])
    assert address.path == f"/{declares['POSTGRES_DB']}"


def test_the_demo_is_off_in_production():
    assert all(declared(name)["FLOWDESK_DEMO"] == "0" for name in ("web", "worker", "clock"))


@pytest.mark.parametrize("name", ["web", "worker", "clock"])
def test_a_process_waits_for_what_it_needs_and_every_needed_service_can_say_it_is_well(name):
    needed = SERVICES[name]["depends_on"]
    assert needed
    for other, how in needed.items():
        assert how["condition"] == "service_healthy"
        assert SERVICES[other]["healthcheck"]["test"]


def test_the_health_check_of_the_pages_asks_the_port_they_are_served_at():
    web = SERVICES["web"]
    port = declared("web")["FLOWDESK_PORT"]
    assert any(f":{port}/readyz" in part for part in web["healthcheck"]["test"])
    assert f"{port}:{port}" in web["ports"]
