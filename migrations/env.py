"""Alembic's door: migrates over the connection it is given."""

from typing import Any, Literal

from alembic import context

import app.models  # noqa: F401
from app.db import Base, UTCDateTime


def render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own types as the plain ones they are: a migration must not depend on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
