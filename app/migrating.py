"""Brings the database to this release: migrations under a lock, then the drawings and presets of a first start."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError

from app import engine, presets, relay
from app.config import ROOT, settings
from app.db import db
from app.errors import BadSetting

LOCK = 0x466C6F77
SHIPPER = "system"
DRAWINGS = ROOT / "processes"


def upgrade(app: Flask) -> None:
    """Migrate, deploy what is new in `processes/` on first start, and make sure there is a desk to work at.

    Processes that start together wait for each other. Raise BadSetting when the database cannot be reached or used.
    """
    with app.app_context():
        try:
            with _alone():
                _migrate()
                first_start()
        except OperationalError as error:
            raise BadSetting(f"The database of FLOWDESK_DATABASE_URL cannot be reached: {_first_line(error)}") from None
        except DatabaseError as error:
            if type(error) is not DatabaseError:  # its kinds are faults of ours, such as a wrong statement
                raise
            raise BadSetting(f"The database of FLOWDESK_DATABASE_URL cannot be used: {_first_line(error)}") from None
        except CommandError as error:
            raise BadSetting(f"The database is not one this release can bring up to date: {error}") from None


@contextmanager
def _alone() -> Iterator[None]:
    if db.engine.dialect.name == "postgresql":
        # Outside a transaction, which would be ended for standing idle while a long migration runs.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
    else:
        with _lock_file() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _lock_file() -> TextIO:
    folder = settings().data
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "start.lock").open("w")
    except OSError as error:
        raise BadSetting(f"FLOWDESK_DATA = '{folder}' is not usable: {error.strerror}.") from None


def _migrate() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with db.engine.connect() as connection:
        script = ScriptDirectory.from_config(config)
        if MigrationContext.configure(connection).get_current_revision() != script.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()


def first_start() -> None:
    """Deploy the drawings this release brings and add the presets; safe to repeat.

    One that somebody here deployed themselves stays in force, however old; what runs stays on its version.
    """
    known = {(d.kind, d.key): d for d in engine.definitions()}
    shipped = {path: path.read_text() for path in sorted(DRAWINGS.glob("*.dmn")) + sorted(DRAWINGS.glob("*.bpmn"))}
    for path in engine.in_order(shipped):
        there = known.get((path.suffix.removeprefix("."), path.stem))
        ours = there is None or there.deployed_by == SHIPPER
        if ours and (there is None or there.hash != hashlib.sha256(shipped[path].encode()).hexdigest()):
            _ship(path.name, shipped[path])
    presets.ensure(by="system")
    relay.commit()


def _ship(name: str, xml: str) -> None:
    try:
        engine.deploy(xml, note=f"Shipped with Flowdesk ({name})", by=SHIPPER)
    except engine.Refused as error:
        raise engine.Refused(f"processes/{name}:{error.detail}") from None


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().splitlines()[0]
