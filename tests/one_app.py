"""One application for many tests, each on a database of its own: making it takes longer than most tests."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from app.db import db
from app.web.signing_in import limiter


@contextmanager
def as_new(flask: Flask, home: Path, database: Path) -> Iterator[None]:
    """Let a test find at home a copy of the database alone, and take back what it changed about the application."""
    shutil.rmtree(home)
    home.mkdir()
    shutil.copy(database, home)
    config, views, table = dict(flask.config), dict(flask.view_functions), dict(flask.extensions["access"])
    limiter.reset()
    yield
    with flask.app_context():
        db.engine.dispose()
    for now, before in ((flask.config, config), (flask.view_functions, views), (flask.extensions["access"], table)):
        now.clear()
        now.update(before)
