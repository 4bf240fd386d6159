"""Compare two worker processes with one on PostgreSQL and Redis: python bench/two_workers.py [TICKETS], 100 else.

The work is what a new request asks for: classified, tagged, routed, assigned, its clocks started, a draft written. All
of it is asked for first; then the workers are told. The goal is 1.8 times the throughput. Two workers on two cores
share them with the database, so beside the ratio stands what a ticket costs each of them, what these costs allow on
this machine when it does nothing else, and how busy it was.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from _desk import desk
from _servers import Postgres, postgres, redis
from _told import tell, tell_ratio
from sqlalchemy import select

from app import intake, queue, relay
from app.config import settings
from app.db import db
from app.engine.models import Job
from workers import broker

TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
WARM_UP = 10


@dataclass(frozen=True, slots=True)
class Run:
    """What a run took: seconds, CPU seconds of workers and database, and how many cores the machine was busy with."""

    seconds: float
    workers: float
    database: float
    busy: float


def main() -> None:
    """Print the figures."""
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with postgres() as server, redis() as url:
        given = {"FLOWDESK_REDIS_URL": url, "FLOWDESK_SECRET_KEY": "s" * 40}
        with desk(FLOWDESK_DATABASE_URL=server.create(), **given) as flask:
            queue.connect(lambda _: None)
            runs = {count: run(tickets, count, flask.app_context, server) for count in (1, 2)}
    for count, found in runs.items():
        name = f"{count} worker{'s' * (count > 1)}"
        tell(f"tickets a second, {name}", f"{tickets / found.seconds:.1f}")
        tell(f"  CPU of a ticket, {name}", f"{found.workers / tickets * 1_000:.1f} ms")
        tell(f"  CPU of a ticket, database of {name}", f"{found.database / tickets * 1_000:.1f} ms")
        tell(
            f"  cores busy with workers and database, {name}", f"{(found.workers + found.database) / found.seconds:.2f}"
        )
        tell(f"  cores busy with anything, {name}", f"{found.busy:.2f} of {CORES}")
    two = runs[2]
    allowed = min(2.0, CORES * two.workers / (two.workers + two.database))
    tell(f"  what {CORES} idle cores allow, by these costs", f"{allowed:.2f}")
    tell_ratio("two workers against one, throughput", runs[1].seconds / two.seconds, ">= 1.8")


def run(tickets: int, workers: int, context: broker.Context, server: Postgres) -> Run:
    """Let so many workers do what the tickets ask for."""
    with working(workers) as processes:
        ask(WARM_UP * workers, f"warm{workers}")
        drain(context)
        ask(tickets, f"run{workers}")
        before = spent(processes), spent(backends(server)), busy()
        begun = time.monotonic()
        drain(context)
        seconds = time.monotonic() - begun
        after = spent(processes), spent(backends(server)), busy()
        used = [late - early for late, early in zip(after, before, strict=True)]
        return Run(seconds, used[0], used[1], used[2] / seconds)


def ask(count: int, name: str) -> None:
    """Open tickets of new customers and leave their work undone."""
    for number in range(count):
        address = f"{name}.{number}@acme.example"
        text = "Your invoice 17 charges us twice."
        intake.open_request(subject=text, body=text, email=address, name="Eve", priority="medium", by="system")
        relay.commit()


def drain(context: broker.Context) -> None:
    """Tell the workers of every job and wait until none is left; tell them again of what follows."""
    broker.connect(context, settings())
    told: set[int] = set()
    while found := pending():
        fresh = [ident for ident in found if ident not in told]
        queue.nudge(fresh)
        told.update(fresh)
        time.sleep(0.02)
    queue.connect(lambda _: None)


def pending() -> list[int]:
    """Return the jobs that are not done."""
    found = list(db.session.scalars(select(Job.id).where(Job.state.in_(("queued", "leased"))).order_by(Job.id)))
    db.session.rollback()
    return found


@contextmanager
def working(count: int) -> Iterator[list[int]]:
    """Give the process ids of running workers."""
    program = str(Path(sys.executable).parent / "flowdesk")
    started = [
        subprocess.Popen([program, "worker"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(count)
    ]
    try:
        for one in started:
            assert one.stdout is not None
            assert b"ready" in one.stdout.readline()
        yield [one.pid for one in started]
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.communicate()


def spent(processes: list[int]) -> float:
    """Return the CPU seconds processes and their ended children have used."""
    return sum(sum(map(int, stat(pid)[11:15])) for pid in processes) / TICKS


def backends(server: Postgres) -> list[int]:
    """Return the process ids of a database server: its first process and what that started."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    parents = {pid: int(fields[1]) for pid in pids if (fields := stat(pid))}
    assert server._process is not None
    first = [pid for pid, parent in parents.items() if parent == server._process.pid]
    return first + [pid for pid, parent in parents.items() if parent in first]


def stat(pid: int) -> list[str]:
    """Return what the kernel says of a process from its state on; nothing of one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def busy() -> float:
    """Return the seconds the cores of this machine have worked, added up."""
    numbers = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(numbers) - numbers[3] - numbers[4]) / TICKS


if __name__ == "__main__":
    main()
