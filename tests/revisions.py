"""A database as an earlier release left it: brought to a revision, and filled without the models of today."""

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, Table, insert

from app.config import ROOT
from app.db import db


def migrate(to: str, *, down: bool = False) -> None:
    """Bring the database of the running application to a revision."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with db.engine.connect() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, to)
        connection.commit()


def add(where: str, **values: Any) -> Any:
    """Insert a row into a table as it is now in the database, and return its key."""
    table = Table(where, MetaData(), autoload_with=db.session.connection())
    [key] = db.session.execute(insert(table).values(**values)).inserted_primary_key  # type: ignore[attr-defined]
    return key
