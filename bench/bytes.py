"""Count what a ticket leaves behind: python bench/bytes.py [TICKETS], 50 unless told.

Each ticket goes the same way on a fresh SQLite file: opened, triaged, replied to, answered by the customer, replied to
again. Printed are the bytes of a saved instance at that point by process, rows per ticket by table, and the bytes the
file grew by per ticket, with indexes and the seals of the audit chain.
"""

import sqlite3
import statistics
import sys
from collections import defaultdict
from contextlib import closing

from _desk import agent, database, desk, open_ticket, ticket, work
from _told import tell

from app import audit, engine, relay, reply
from app.db import Base, db
from app.engine.models import Instance
from app.tickets import conversation

FEW_ROWS = 0.5
"""Tables with less per ticket do not grow with tickets."""


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with desk():
        live(0)
        before, size = rows(), weigh()
        for number in range(1, count + 1):
            live(number)
        sizes: dict[str, list[int]] = defaultdict(list)
        for instance in db.session.scalars(db.select(Instance).where(Instance.state.is_not(None))):
            sizes[instance.definition.key].append(len(instance.state or b""))
        for key, found in sorted(sizes.items()):
            tell(f"a saved instance of {key}", f"{statistics.median(found):,.0f} bytes", "engine.md: state about 6 KB")
        after = rows()
        for table in sorted(after, key=lambda name: before[name] - after[name]):
            if (share := (after[table] - before[table]) / count) >= FEW_ROWS:
                tell(f"rows per ticket in {table}", f"{share:.1f}")
        tell("rows per ticket", f"{(sum(after.values()) - sum(before.values())) / count:.1f}")
        tell("the database grows per ticket by", f"{(weigh() - size) / count / 1024:.1f} KB")


def live(number: int) -> None:
    """Let one ticket come to its second reply."""
    ident = open_ticket(number, "Your invoice 17 charges us twice.")
    answer(ident)
    found = ticket(ident)
    conversation.from_customer(found, contact=found.contact, body="It is wrong as well.")
    relay.commit()
    work()
    answer(ident)
    while audit.seal():
        relay.commit()


def answer(ident: int) -> None:
    """Complete the reply task."""
    found = ticket(ident)
    [task] = engine.open_tasks(found.key)
    reply.send(found, "Thank you, we look into it.", agent=agent(), task=task)
    relay.commit()
    work()


def rows() -> dict[str, int]:
    """Return how many rows each table has."""
    count = lambda table: db.session.scalar(db.select(db.func.count()).select_from(table)) or 0  # noqa: E731
    return {name: count(table) for name, table in Base.metadata.tables.items()}


def weigh() -> int:
    """Return the bytes of the database, with nothing left in the log beside it."""
    db.session.remove()
    with closing(sqlite3.connect(database())) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database().stat().st_size


if __name__ == "__main__":
    main()
