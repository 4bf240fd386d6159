"""What every test gets: no network beyond loopback, real servers on request, and an account of what ran on them."""

import gc
import ipaddress
import os
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["servers", "long_results"]

REQUIRE_ALL = os.environ.get("FLOWDESK_REQUIRE_ALL") == "1"
FIXTURES = {"browser": {"page", "browser", "chromium"}, "postgres": {"postgres_server"}, "redis": {"redis_server"}}


# Files that start programs or browsers, wait for real time or take long otherwise, the longest first: short ones are
# left for the end, so that the workers end together.
LONG = (
    "story/test_stories",
    "browser",
    "web/test_web_browser",
    "sla_process/test_alert_in_real_time",
    "weight",
    "faults",
    "house/test_compose",
    "demo",
    "api/test_api_document",
    "races/test_http",
    "contacts/test_crm_sync",
    "bad_input",
    "sla_process",
    "timers",
    "cards",
    "audit",
    "contacts",
    "web",
    "api",
    "properties",
    "mail/test_mail_bounds",
    "sla/test_sla_properties",
    "routing",
)


def _rank(item: pytest.Item) -> int:
    place = item.path.relative_to(Path(__file__).parent).as_posix()
    return next((rank for rank, long in enumerate(LONG) if place.startswith(long)), len(LONG))


def _browser() -> str | None:
    # Not at the top: pytest must be the first to import its plugin.
    from servers import find_chromium

    return find_chromium()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by the servers they ask for; leave browser tests out where there is no browser; long files first."""
    items.sort(key=_rank)
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        for marker, fixtures in FIXTURES.items():
            if asked & fixtures:
                item.add_marker(marker)
            if item.get_closest_marker(marker):
                # Not counted by keyword: a test's name and the ids of its parameters are keywords too.
                item.user_properties.append(("server", marker))
    if REQUIRE_ALL or _browser():
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if not item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """Let the collector leave alone what stays until the end; it took a third of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _ran(reporter: Any) -> Counter[str]:
    reports = [r for kind in ("passed", "failed") for r in reporter.stats.get(kind, []) if r.when == "call"]
    return Counter(marker for report in reports for kind, marker in report.user_properties if kind == "server")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that had to prove everything but left a server out."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and REQUIRE_ALL and not session.config.option.collectonly and len(_ran(reporter)) < len(FIXTURES):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many tests ran on each server, and why when none did."""
    ran = _ran(terminalreporter)
    counts = ", ".join(f"{ran[marker]} {marker}" for marker in FIXTURES)
    terminalreporter.write_line(f"Tests that ran on real servers: {counts}")
    if not (REQUIRE_ALL or _browser()):
        terminalreporter.write_line("Browser tests were left out: there is no chromium on the PATH.")
    if REQUIRE_ALL and len(ran) < len(FIXTURES):
        missing = ", ".join(marker for marker in FIXTURES if not ran[marker])
        terminalreporter.write_line(f"FAILED: FLOWDESK_REQUIRE_ALL=1, but no {missing} test ran.", red=True)


def _refuse_far(address: Any) -> None:
    host = address[0] if isinstance(address, tuple) else ""
    if host in ("", "localhost"):
        return
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    if not near:
        raise RuntimeError(f"A test wanted to reach {host}; tests stay on this machine.")


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse connections to anywhere but this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            real = getattr(socket.socket, name)
            patch.setattr(socket.socket, name, _guarded(real))
        yield


def _guarded(real: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        _refuse_far(address)
        return real(self, address)

    return connect
