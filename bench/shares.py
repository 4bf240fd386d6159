"""Say where the time of a mail goes until its ticket is assigned: python bench/shares.py [MAILS], 20 unless told.

A profile counts every call, so the shares lean to whoever makes many small ones. Shares of libraries add up to the
whole; those of operations include what they call, and the walk that follows is none of theirs.
"""

import cProfile
import pstats
import sys
import time
from collections import Counter

from _desk import desk, work
from _told import tell
from floor import receive
from sqlalchemy import event
from sqlalchemy.orm import Session

WARM_UP = 5
PARTS = {
    "sqlalchemy": "SQLAlchemy",
    "SpiffWorkflow": "SpiffWorkflow",
    "sqlite3": "SQLite",
    "/app/engine/": "the engine's adapter",
    "/app/": "the rooms",
    "/workers/": "the workers",
}
SMALL = 0.01


def main() -> None:
    """Print the shares."""
    mails = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    profile, flushes = cProfile.Profile(time.process_time), Counter[str]()
    with desk():
        for number in range(WARM_UP):
            receive(number)
            work()
        event.listen(Session, "after_flush", lambda *_: flushes.update(["written"]))
        for number in range(mails):
            before = flushes["written"]
            profile.enable()
            receive(WARM_UP + number)
            profile.disable()
            flushes["of mails"] += flushes["written"] - before
            work()
    tell("flushes of a mail", f"{flushes['of mails'] / mails:.1f}")
    show(pstats.Stats(profile), mails)


def show(found: pstats.Stats, mails: int) -> None:
    """Print calls, then the shares from the largest down."""
    whole, calls, parts, operations = 0.0, 0, Counter[str](), Counter[str]()
    for (file, _line, name), (_, count, own, all_of_it, _callers) in found.stats.items():  # type: ignore[attr-defined]
        whole, calls = whole + own, calls + count
        parts[next((part for sign, part in PARTS.items() if sign in f"{file} {name}"), "the rest")] += own
        if "/workers/topics/" in file:
            operations[f"{file.rpartition('/')[2].removesuffix('.py')}.{name}"] += all_of_it
    tell("calls of Python functions of a mail", f"{calls / mails:,.0f}")
    for shares in (parts, operations):
        for name, spent in shares.most_common():
            if spent / whole >= SMALL:
                tell(f"  {name}", f"{spent / whole:.0%}")


if __name__ == "__main__":
    main()
