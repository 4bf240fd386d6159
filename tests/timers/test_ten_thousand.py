"""Ten thousand timers due in one minute while people complete tasks and mail flows: each once, and nobody waits.

Run by `make faults`; FLOWDESK_FAULTS is the share of them. Each timer takes a person's task away and offers
another, so that its effect is what a drawing does and not the work of a handler.
"""

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from long_results import Record
from sqlalchemy import select
from story.installation import Installation, letter
from timers import burst
from timers.clocks import start_second

from app.db import db
from app.engine import library
from app.engine.models import UserTask

TIMERS = max(100, int(10_000 * float(os.environ.get("FLOWDESK_FAULTS", "1"))))
SECONDS = 60 * TIMERS / 10_000
"""So that fewer come due at the same pace."""

IDLE = 60
TASK_EVERY, MAIL_EVERY = 0.25, 3.0
PEOPLE = 2_500
NOBODY_WAITS = 3.0
"""Seconds in which a task is completed whatever the clocks are at (p99)."""

pytestmark = pytest.mark.faults


@dataclass
class Traffic:
    """People at work: one completes a task every quarter of a second, and a customer writes every three seconds."""

    desk: Installation
    tasks: list[str]
    took: list[float] = field(default_factory=list)
    mails: int = 0
    failed: list[str] = field(default_factory=list)

    @contextmanager
    def flowing(self) -> Iterator[list[float]]:
        """Let it flow while the enclosed work runs, and give the seconds each task took."""
        self.took, over = [], threading.Event()
        threads = [threading.Thread(target=self._repeat, args=(over, *act)) for act in self._acts()]
        for thread in threads:
            thread.start()
        try:
            yield self.took
        finally:
            over.set()
            for thread in threads:
                thread.join()
        assert self.failed == []

    def _acts(self) -> tuple[tuple[object, float], ...]:
        return (self._complete, TASK_EVERY), (self._write, MAIL_EVERY)

    def _repeat(self, over: threading.Event, act: object, every: float) -> None:
        while not over.is_set():
            begun = time.monotonic()
            try:
                act()  # type: ignore[operator]
            except Exception as error:
                self.failed.append(repr(error))
                return
            over.wait(max(0, every - (time.monotonic() - begun)))

    def _complete(self) -> None:
        task = self.tasks.pop()
        begun = time.monotonic()
        status, answer = self.desk.request("POST", f"/api/v1/tasks/{task}/completion", burst.ANSWER)
        self.took.append(time.monotonic() - begun)
        if status != 200:
            self.failed.append(f"{status} {answer}")

    def _write(self) -> None:
        self.mails += 1
        sender = f"writer{self.mails}@acme.example"
        self.desk.send_mail(letter(sender, "support@flowdesk.localhost", "My invoice", "It is wrong."))


def share(took: list[float], part: float) -> float:
    return sorted(took)[min(int(part * len(took)), len(took) - 1)]


def told(took: list[float]) -> str:
    return f"{len(took)} tasks completed, p50 {share(took, 0.5):.3f} s, p99 {share(took, 0.99):.3f} s"


def cpu(desk: Installation, names: Iterable[str]) -> float:
    """Return the CPU seconds these processes have used."""
    fields = [Path(f"/proc/{desk.processes[name].pid}/stat").read_text().rpartition(")")[2].split() for name in names]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def people(desk: Installation) -> Traffic:
    """Give an agent so many tasks that they last."""
    desk.token = desk.add_agent("ann@desk.example", "Ann", role="admin")
    library.store(burst.drawing(), note="n", by="system")
    ids = burst.copies(PEOPLE, lambda _: burst.soon(86_400), name="people")
    offered = select(UserTask.public_id).where(UserTask.instance_id.between(ids[0], ids[-1]))
    found = list(db.session.scalars(offered))
    db.session.rollback()
    return Traffic(desk, found)


def measure(desk: Installation, name: str, clocks: tuple[str, ...], record: Record) -> burst.Outcome:
    """Let the timers of a quiet minute and of a busy one fire; record what was seen and return the busy one."""
    traffic = people(desk)
    quiet = burst.copies(IDLE, burst.spread(burst.soon(3), IDLE, 30), name="quiet")
    with traffic.flowing() as took:
        desk.until(lambda: burst.waiting(quiet) == 0, "the timers of a quiet minute fire", seconds=120)
    seen = f"{burst.outcome(quiet).said()}; {told(took)}"
    record("timers, idle", done=f"{IDLE} due in 30 s, {name}", goal="p99 ≤ 5 s", measured=seen)
    assert burst.outcome(quiet).at(0.99) <= 5
    busy = burst.copies(TIMERS, burst.spread(burst.soon(20), TIMERS, SECONDS), name="busy")
    used = cpu(desk, clocks)
    with traffic.flowing() as took:
        desk.until(lambda: burst.waiting(busy) == 0, "all have fired", seconds=600)
    went, each = burst.outcome(busy), (cpu(desk, clocks) - used) / TIMERS * 1_000
    load = f"{each:.1f} ms CPU each in {' and '.join(clocks)}, load average {os.getloadavg()[0]:.1f}"
    done = f"{TIMERS} due in {SECONDS:.0f} s while people work and mail comes in, {name}"
    goal, seen = "each once, p50 ≤ 5 s, p99 ≤ 60 s", f"{went.said()}; {told(took)}; {load}"
    record("timers, busy", done=done, goal=goal, measured=seen)
    assert (went.fired, went.offered, len(went.late)) == (TIMERS, TIMERS, TIMERS)
    mails = lambda: desk.get("/api/v1/tickets?q=from:acme.example")["total"] == traffic.mails  # noqa: E731
    desk.until(mails, f"each of {traffic.mails} mails is a ticket", seconds=120)
    assert desk.get("/api/v1/incidents")["items"] == []
    assert share(took, 0.99) <= NOBODY_WAITS
    return went


def test_ten_thousand_timers_of_one_minute_fire_once_each_by_two_clocks(
    tmp_path: Path, postgres_url: str, redis_url: str, record_result: Record
) -> None:
    given = {"FLOWDESK_DATABASE_URL": postgres_url, "FLOWDESK_REDIS_URL": redis_url, "FLOWDESK_SECRET_KEY": "s" * 40}
    with Installation(tmp_path, given, ("web", "worker", "clock")) as desk, burst.beside(postgres_url):
        start_second(desk)
        went = measure(desk, "PostgreSQL and Redis, two clocks", ("clock", "second"), record_result)
    assert went.at(0.5) <= 5
    assert went.at(0.99) <= 60


def test_ten_thousand_timers_of_one_minute_fire_once_each_in_one_process(tmp_path: Path, record_result: Record) -> None:
    with Installation(tmp_path, {}, ("up",)) as desk, burst.beside(f"sqlite:///{tmp_path / 'flowdesk.db'}"):
        went = measure(desk, "SQLite, one process", ("up",), record_result)
    assert went.at(0.99) <= 60
