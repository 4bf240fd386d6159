"""Alembic's door: migrates over the connection it is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

import app.models  # noqa: F401
from app.db import Base, UTCDateTime


def render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own types as the plain ones they are: a migration must not depend on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


@contextmanager
def replacing(connection: Connection) -> Iterator[None]:
    """Let SQLite put a changed table in the place of one that others refer to, and check afterwards that all lead
    somewhere."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # Only outside of a transaction does SQLite listen to this, so past SQLAlchemy, which begins one.
    connection.rollback()
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"{len(lost)} rows would lead nowhere, the first in {lost[0][0]}")
        connection.commit()
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


given: Connection = context.config.attributes["connection"]
context.configure(
    connection=given,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
with replacing(given), context.begin_transaction():
    context.run_migrations()
