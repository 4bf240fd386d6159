"""Measure whether a long conversation stays cheap: python bench/replies.py [REPLIES] [SECONDS], 5000 in 120 else.

One ticket runs through processes/request.bpmn: an agent completes the reply task, the workers do what follows, the
customer answers, the workers do what follows. Printed is the median CPU at replies 5 to 15 and over the last eleven;
the goal is a ratio of at most 1.2 for each round.

When the time is up before all replies are made, the rows that the last one left in every table are copied as often as
replies are missing, and eleven more are made and measured. So the tables are as full as they would be, and the process
has gone as many rounds as there was time for; enough seconds make all of them real.
"""

import statistics
import sys
import time
from collections import defaultdict
from typing import Any

from _desk import agent, cpu, desk, open_ticket, ticket, work
from _told import tell, tell_ratio
from sqlalchemy import Column, Table

from app import engine, relay, reply
from app.db import Base, db
from app.tickets import conversation

EARLY = slice(5, 16)
LATE = slice(-11, None)
WAITING = {"subscription", "kept_message", "instance"}
"""Tables whose rows are only there while something waits."""


def main() -> None:
    """Print the figures."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    deadline = time.monotonic() + (float(sys.argv[2]) if len(sys.argv) > 2 else 120)
    spent: dict[str, list[float]] = defaultdict(list)
    with desk():
        ident = open_ticket(1, "Your invoice 17 charges us twice.")
        real = 0
        while real < most and (real <= EARLY.stop or time.monotonic() < deadline):
            before = last_ids()
            go_round(ident, real, spent)
            real += 1
        if real < most:
            copy_rows(before, most - real)
            for number in range(real, real + 11):
                go_round(ident, number, spent)
        state = engine.instances_of(ticket(ident).key)[0].state or b""
        said = len(conversation.conversation(ticket(ident)))
    tell("replies made, and the rows of how many", f"{real:,} of {most:,}")
    tell("messages on the ticket at the end", f"{said:,}")
    tell("bytes of the saved process at the end", f"{len(state):,}")
    for name, took in spent.items():
        early, late = statistics.median(took[EARLY]), statistics.median(took[LATE])
        tell(f"  {name}", f"{early:.2f} -> {late:.2f} ms, {late / early:.2f}")
    early, late = (statistics.median(spent["the whole round"][part]) for part in (EARLY, LATE))
    tell_ratio(f"a round at reply {most:,} against reply 10", late / early, "<= 1.2")


def go_round(ident: int, number: int, spent: dict[str, list[float]]) -> None:
    """Let a reply and an answer happen, noting the CPU milliseconds of each part."""
    parts = {
        "the agent replies": cpu(lambda: answer(ident)),
        "jobs after the reply": cpu(work),
        "the customer answers": cpu(lambda: write(ident, number)),
        "jobs after the answer": cpu(work),
    }
    for name, took in {**parts, "the whole round": sum(parts.values())}.items():
        spent[name].append(took)


def last_ids() -> dict[str, int]:
    """Return the highest key of every table."""
    tables = {name: table for name, table in Base.metadata.tables.items() if "id" in table.c}
    found = {name: db.session.scalar(db.select(db.func.max(table.c.id))) or 0 for name, table in tables.items()}
    db.session.rollback()
    return found


def copy_rows(after: dict[str, int], times: int) -> None:
    """Copy the rows past these keys so many times, but not what still waits for something."""
    numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :times)"
    grown = {name for name, last in last_ids().items() if last > after[name]} - WAITING
    for name in grown:
        table = Base.metadata.tables[name]
        columns = [column for column in table.c if column.name != "id"]
        given = ", ".join(_again(column, table) for column in columns)
        over = "AND state NOT IN ('open', 'waiting', 'queued', 'leased')" if "state" in table.c else ""
        into = f'INSERT INTO "{name}" ({", ".join(column.name for column in columns)})'
        copy = f'{into} {numbers} SELECT {given} FROM "{name}", numbers WHERE id > :after {over}'
        db.session.execute(db.text(copy), {"times": times, "after": after[name]})
    db.session.commit()


def _again(column: Column[Any], table: Table) -> str:
    if column.name == "public_id":
        return "lower(hex(randomblob(18)))"
    alone = any(index.unique and list(index.columns) == [column] for index in table.indexes)
    return f"{column.name} || ':' || n" if column.unique or alone else column.name


def answer(ident: int) -> None:
    """Complete the reply task."""
    found = ticket(ident)
    [task] = engine.open_tasks(found.key)
    reply.send(found, "Thank you, we look into it.", agent=agent(), task=task)
    relay.commit()


def write(ident: int, number: int) -> None:
    """Let the customer answer."""
    found = ticket(ident)
    conversation.from_customer(found, contact=found.contact, body=f"Invoice {number} is wrong as well.")
    relay.commit()


if __name__ == "__main__":
    main()
