"""Compare the clock's look at a thousand and at a million pending timers: python bench/timers.py [MANY].

Two desks stand side by side, on SQLite and then on PostgreSQL, and are looked at in turn, so that whatever else the
machine does meets both. Nothing is due: this is what pending timers cost. It is done again after ANALYZE, which may
change how a database answers. The goal is a ratio of at most 1.2.
"""

import statistics
import sys
import time
from contextlib import ExitStack

from _desk import desk, open_ticket
from _servers import postgres
from _told import tell, tell_ratio
from flask import Flask
from sqlalchemy import func, select, text

from app.db import db
from app.engine.models import Timer
from workers import clock

FEW = 1_000
LOOKS = 300
COPY = (
    "INSERT INTO timer (instance_id, task_id, element, due_at, look_at, attempts, state)"
    " SELECT instance_id, task_id, element, due_at, look_at, 0, 'waiting'"
    " FROM (SELECT * FROM timer WHERE state = 'waiting' ORDER BY id LIMIT 1) AS one, numbers"
)
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count) "


def main() -> None:
    """Print the figures."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    compare("SQLite", [{}, {}], many)
    with postgres() as server:
        given = [{"FLOWDESK_DATABASE_URL": server.create(), "FLOWDESK_SECRET_KEY": "s" * 40} for _ in range(2)]
        compare("PostgreSQL", given, many)


def compare(name: str, environments: list[dict[str, str]], many: int) -> None:
    """Print what a look costs on one database."""
    with ExitStack() as stack:
        desks = [stack.enter_context(desk(**environment)) for environment in environments]
        for flask, count in zip(desks, (FEW, many), strict=True):
            fill(flask, count)
        for when in ("", ", after ANALYZE"):
            if when:
                for flask in desks:
                    with flask.app_context():
                        db.session.execute(text("ANALYZE"))
                        db.session.commit()
            took = [[look(flask) for flask in desks] for _ in range(LOOKS)]
            few, lots = (statistics.median(column) for column in zip(*took, strict=True))
            tell(f"a look at {FEW:,} pending timers, {name}{when}", f"{few:.3f} ms")
            tell(f"a look at {many:,} pending timers, {name}{when}", f"{lots:.3f} ms")
            tell_ratio(f"{many:,} pending timers against {FEW:,}, {name}{when}", lots / few, "<= 1.2")


def fill(flask: Flask, count: int) -> None:
    """Add timers that are due in hours, as copies of one of a real ticket."""
    with flask.app_context():
        open_ticket(1, "Hm.")
        db.session.execute(text(in_order(db.engine.dialect.name)), {"count": count})
        db.session.commit()
        assert db.session.scalar(select(func.count(Timer.id)).where(Timer.state == "waiting")) > count


def in_order(dialect: str) -> str:
    """Return the statement as the database wants it."""
    if dialect == "sqlite":
        head, _, tail = COPY.partition(" SELECT")
        return f"{head} {NUMBERS}SELECT{tail}"
    return NUMBERS + COPY


def look(flask: Flask) -> float:
    """Return the milliseconds of one look at the timers."""
    with flask.app_context():
        begun = time.perf_counter()
        fired = clock.fire_due()
        took = (time.perf_counter() - begun) * 1_000
        assert fired == 0
        db.session.remove()
        return took


if __name__ == "__main__":
    main()
