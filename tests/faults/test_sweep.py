"""The process dies, or stands still past its lease, at every commit and at every step of a send: nothing differs."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from long_results import Record
from paths import PATHS
from stalling import StallingSink

SCRIPT = Path(__file__).with_name("sweeping.py")
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


class Sweeper:
    """The forking process, and the mail server its actors talk to."""

    def __init__(self, url: str, home: Path) -> None:
        self.sink = StallingSink()
        self.sink.controller.start()
        self.log = home / "sweep.log"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWDESK_", "OPENAI_"))}
        told = {
            "FLOWDESK_DATA": str(home),
            "FLOWDESK_DATABASE_URL": url,
            "FLOWDESK_SECRET_KEY": "s" * 40,
            "FLOWDESK_SMTP_URL": f"smtp://127.0.0.1:{self.sink.controller.port}",
            "FLOWDESK_LEASE_SECONDS": "4",
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, SCRIPT],
                env={**kept, **told},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def run(self, path: str, at: int, how: str = "SIGKILL") -> dict[str, Any]:
        """Return the `boundary` the actor was hit at, None past the last one, and the `facts` afterwards."""
        self.sink.received.clear()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"path": path, "at": at, "how": how}) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        assert said, self.log.read_text()[-6000:]
        answer: dict[str, Any] = json.loads(said)
        return answer

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=30)
        if self.process.stdout:
            self.process.stdout.close()
        self.sink.controller.stop()


@pytest.fixture
def sweeper(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sweeper]:
    """Give a sweeper on the database the test is parametrized with."""
    on_postgres = request.getfixturevalue("database") == "postgres"
    url = request.getfixturevalue("postgres_url") if on_postgres else f"sqlite:///{tmp_path / 'sweep.db'}"
    sweeper = Sweeper(url, tmp_path)
    yield sweeper
    sweeper.close()


def sweep(sweeper: Sweeper, path: str, how: str) -> Counter[str]:
    """Hit the path at each of its boundaries; return how often each kind was hit and how many mails became unknown."""
    whole = sweeper.run(path, at=0)["facts"]
    for name, value in PATHS[path].expected:
        assert whole[name] == value, (name, whole[name])
    assert whole["incidents"] == [] and {state for *_, state in whole["mails"]} <= {"sent"}
    hit: Counter[str] = Counter()
    for at in count(1):
        after = sweeper.run(path, at, how)
        if after["boundary"] is None:
            return hit
        where = f"{path}, boundary {at}: {after['boundary']}"
        hit[after["boundary"]] += 1
        hit["unknown"] += expect_the_same(after, whole, sweeper.sink, where)
    raise AssertionError("there is always a last boundary")


def expect_the_same(after: dict[str, Any], whole: dict[str, Any], sink: StallingSink, where: str) -> int:
    """Insist that all is as if nobody had died, but for mails nobody can know about; return their number."""
    facts, kept = after["facts"], Counter(mail["Message-ID"] for mail in sink.received)
    doubtful = {ident for _, ident, state in facts["mails"] if state == "unknown"}
    for reference, ident, state in facts["mails"]:
        least = state == "sent" and ident not in after["earlier"]
        assert least <= kept[ident] <= 1, (where, reference, state, kept)
    assert {ident for ident, state in facts["deliveries"] if state == "unknown"} <= doubtful, where
    assert facts["unfinished"] == [] and facts["fired more than once"] == 0, (where, facts["unfinished"])
    for name, value in whole.items():
        if name in PATHS[where.partition(",")[0]].may_differ:
            continue
        assert _but_for_doubt(name, facts[name]) == _but_for_doubt(name, value), (where, name)
    return len(doubtful)


def _but_for_doubt(name: str, value: Any) -> Any:
    """Let a mail that may have left count as one that left, and one that came twice as one that came once."""
    if name == "raw":
        return [row for row in value if row != ["duplicate"]]
    if name == "jobs":
        return sorted(value) if ["intake.receive", "", "done"] not in value else _once(value)
    if name == "mails":
        return [(reference.partition(":")[0], state.replace("unknown", "sent")) for reference, _, state in value]
    if name == "deliveries":
        return sorted((ident is None, state.replace("unknown", "sent")) for ident, state in value)
    if name == "events":
        # What is said of deliveries is compared with them; a doubt may be told and then lifted.
        left_out = {"message.sent", "message.unknown", "mail.duplicate"}
        return {event: times for event, times in value if event not in left_out}
    return value


def _once(rows: list[list[str]]) -> list[list[str]]:
    read = ["intake.receive", "", "done"]
    return [read, *(row for row in sorted(rows) if row != read)]


@pytest.mark.parametrize("database", ["sqlite"])
def test_an_agents_reply_survives_a_death_at_every_boundary(database: str, sweeper: Sweeper) -> None:
    hit = sweep(sweeper, "reply", "SIGKILL")
    assert hit["before commit"] > 5 and hit["the final dot is out"] == 1 and hit["unknown"] >= 1


@pytest.mark.faults
@pytest.mark.parametrize("database", BOTH)
@pytest.mark.parametrize("path", PATHS)
def test_every_path_survives_a_death_at_every_boundary(
    path: str, database: str, sweeper: Sweeper, record_result: Record
) -> None:
    hit = sweep(sweeper, path, "SIGKILL")
    unknown = hit.pop("unknown")
    record_result(
        f"crash-point sweep: {path}, {database}",
        done=f"the process killed at each of {hit.total()} commit and send boundaries",
        goal="all as if nobody had died; no mail twice",
        measured=f"all the same; {unknown} mails unknown, 0 twice",
    )


@pytest.mark.faults
@pytest.mark.parametrize("database", ["postgres"])
@pytest.mark.parametrize("path", PATHS)
def test_every_path_survives_a_process_that_stands_still_at_every_boundary(
    path: str, database: str, sweeper: Sweeper, record_result: Record
) -> None:
    hit = sweep(sweeper, path, "SIGSTOP")
    unknown = hit.pop("unknown")
    record_result(
        f"stopped and resumed: {path}",
        done=f"SIGSTOP at each of {hit.total()} boundaries, another takes over, SIGCONT",
        goal="stale fence rejected, no mail twice",
        measured=f"all the same; {unknown} mails unknown, 0 twice",
    )
