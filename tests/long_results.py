"""What the long tests proved, as one table at the end of the run.

A test asks for `record_result` and calls it once per row, after it measured and before it insists:

    record_result("worker killed", done="100 × kill -9 during 2,000 mails", goal="0 lost", measured="0 lost")

Whether the row passed is the outcome of the test. A long test that fails before it recorded anything is a row too.
"""

import textwrap
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

WIDTHS = {"row": 26, "done": 44, "goal": 40, "measured": 44, "": 6}
_KEY = "long result"


class Record(Protocol):
    """Writes down one row of the table."""

    def __call__(self, row: str, *, done: str, goal: str, measured: str) -> None: ...


@pytest.fixture
def record_result(request: pytest.FixtureRequest) -> Record:
    """Give the function by which a long test records a row."""

    def record(row: str, *, done: str, goal: str, measured: str) -> None:
        # Properties travel with the report, also from the processes of xdist.
        request.node.user_properties.append((_KEY, {"row": row, "done": done, "goal": goal, "measured": measured}))

    return record


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table of a run of the long tests; a short run only has its failures."""
    rows = list(_rows(terminalreporter)) if _wanted(config) else []
    if not rows:
        return
    terminalreporter.section("The long tests")
    for row in ({name: name for name in WIDTHS}, *rows):
        cells = [textwrap.wrap(row[name], width) or [""] for name, width in WIDTHS.items()]
        for number in range(max(map(len, cells))):
            line = [cell[number] if number < len(cell) else "" for cell in cells]
            parts = [part.ljust(width) for part, width in zip(line, WIDTHS.values(), strict=True)]
            terminalreporter.write_line("  ".join(parts).rstrip())
        terminalreporter.write_line("")


def _wanted(config: pytest.Config) -> bool:
    chosen = str(config.option.markexpr)
    return "faults" in chosen and "not faults" not in chosen


def _rows(reporter: Any) -> Iterator[dict[str, str]]:
    for outcome in ("passed", "failed", "error"):
        for report in reporter.stats.get(outcome, []):
            said = [value for key, value in report.user_properties if key == _KEY]
            if outcome == "passed" and report.when != "call":
                continue
            if not said and outcome != "passed":
                said = [{"row": report.nodeid.rpartition("::")[2], "done": "", "goal": "", "measured": "see above"}]
            for row in said:
                yield {**row, "": "passed" if outcome == "passed" else "FAILED"}
