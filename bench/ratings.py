"""Time the ratings report at a million surveys: python bench/ratings.py [SURVEYS].

The surveys are spread evenly over two years, one per ticket, on SQLite and then on PostgreSQL. Each figure is the
median of five: how long it took, and on SQLite, which counts within this process, how long it computed. A report reads
its period and the one before.
"""

import statistics
import sys
import time

from _desk import desk, open_ticket
from _servers import postgres
from flask import Flask
from sqlalchemy import text

from app import reports
from app.db import db
from app.reports import ratings

TIMES = 5
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count) "
AT = {
    "sqlite": "datetime('now', '-' || (n * 1051200 / :count) || ' minutes') || '.000000'",
    "postgresql": "now() - (n * 1051200.0 / :count) * interval '1 minute'",
}


def main() -> None:
    """Print the figures."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with desk() as flask:
        compare("SQLite", flask, many)
    with (
        postgres() as server,
        desk(FLOWDESK_DATABASE_URL=server.create(), FLOWDESK_SECRET_KEY="s" * 40) as flask,
    ):
        compare("PostgreSQL", flask, many)


def compare(name: str, flask: Flask, many: int) -> None:
    """Print what the report costs on one database."""
    fill(flask, many)
    for days in (30, 90, 365):
        period = reports.of_last(days, "Europe/Berlin")
        told = []
        for by in ("agent", "category", "organisation", "day"):
            took = [once(period, by) for _ in range(TIMES)]
            wall, computing = (statistics.median(figures) * 1000 for figures in zip(*took, strict=True))
            within = f" ({computing:.0f} ms of computing)" if db.engine.dialect.name == "sqlite" else ""
            told.append(f"by {by} {wall:.0f} ms{within}")
        answers = ratings.total(period)["answers"]
        print(f"{name}, {many:,} surveys, the last {days} days ({answers:,} answers): {', '.join(told)}", flush=True)


def once(period: reports.Period, by: str) -> tuple[float, float]:
    """Return the seconds one report takes, and those it computes."""
    begun, computed = time.perf_counter(), time.process_time()
    ratings.rows(period, by)
    took = time.perf_counter() - begun, time.process_time() - computed
    db.session.rollback()
    return took


def fill(flask: Flask, many: int) -> None:
    """Copy one ticket and one survey so many times."""
    ident = open_ticket(1, "My printer is broken")
    columns = [c.name for c in db.metadata.tables["ticket"].columns if c.name not in {"id", "public_id", "number"}]
    listed = ", ".join(f'"{name}"' for name in columns)
    kind = db.engine.dialect.name
    tickets = (
        f"INSERT INTO ticket (id, public_id, number, {listed}) {NUMBERS if kind == 'sqlite' else ''}"
        f"SELECT 1000 + n, 'p' || n, 'N' || n, {listed} FROM ticket, {source(kind)} WHERE ticket.id = :ident"
    )
    surveys = (
        "INSERT INTO survey (public_id, ticket_id, token_hash, asked_at, answered_at, score, comment, outcome)"
        f" {NUMBERS if kind == 'sqlite' else ''}SELECT 's' || n, 1000 + n, 'h' || n, {AT[kind]}, {AT[kind]},"
        f" 1 + n % 5, '', '' FROM {source(kind)}"
    )
    for statement in (tickets, surveys):
        db.session.execute(text(statement), {"count": many, "ident": ident})
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def source(kind: str) -> str:
    """Return where the numbers come from; PostgreSQL counts faster than it recurses."""
    return "numbers" if kind == "sqlite" else "generate_series(1, :count) AS numbers(n)"


if __name__ == "__main__":
    main()
