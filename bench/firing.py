"""Measure what a due timer costs the clock: python bench/firing.py [TIMERS], 300 unless told.

Each timer takes a task from one person and offers it to another. They are fired as the clock does it, many in one
transaction, and then each in one of its own; the ratio says what sharing a transaction saves. CPU of this process only.
"""

import sys
from datetime import timedelta

from _desk import cpu, desk
from _servers import postgres
from _told import tell, tell_ratio
from burst import copies, drawing, outcome

from app import clock as wall
from app.engine import library
from workers import clock


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    compare("SQLite", count)
    with postgres() as server:
        compare("PostgreSQL", count, FLOWDESK_DATABASE_URL=server.create(), FLOWDESK_SECRET_KEY="s" * 40)


def compare(name: str, count: int, **environment: str) -> None:
    """Print what a timer costs on one database."""
    with desk(**environment):
        library.store(drawing(), note="n", by="system")
        fire(20, 20)
        many, alone = fire(count, clock.TOGETHER), fire(count, 1)
    tell(f"a fired timer, {name}", f"{many:.2f} ms CPU")
    tell(f"a fired timer in a transaction of its own, {name}", f"{alone:.2f} ms CPU")
    tell_ratio(f"timers fired together against each alone, {name}", many / alone, "< 1")


def fire(count: int, together: int) -> float:
    """Return the CPU milliseconds of one of so many timers."""
    clock.TOGETHER = together
    ids = copies(count, lambda _: wall.now() - timedelta(seconds=1), name=f"at{wall.now().timestamp()}")
    took = cpu(clock.fire_due)
    assert outcome(ids).fired == count
    return took / count


if __name__ == "__main__":
    main()
