"""Ends transactions in which nothing happened for long: whoever began them stands still, with locks in hand."""

import structlog
from sqlalchemy import text

from app.config import settings
from app.db import APPLICATION, IDLE_LEASES, db

# PostgreSQL's own limit, which every connection of ours sets, is not counted after an executemany that psycopg sends
# as a pipeline, so somebody has to look.
_IDLE = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = :name AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
    " AND state_change < clock_timestamp() - make_interval(secs => :seconds)"
)
log = structlog.get_logger()


def reap() -> int:
    """End what stood idle in a transaction for longer than a few leases; return how many. Nothing to do on SQLite."""
    if db.engine.dialect.name != "postgresql":
        return 0
    told = {"name": APPLICATION, "seconds": settings().lease_seconds * IDLE_LEASES}
    ended = len(db.session.scalars(_IDLE, told).all())
    db.session.rollback()
    if ended:
        log.warning("transactions that stood still were ended", number=ended)
    return ended
