"""The desk of `sla_desk`, made anew for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from freezegun import freeze_time
from sla_desk import MONDAY, Desk

from app import create_app
from app.config import settings
from app.db import db
from app.migrating import upgrade

DATABASE = "flowdesk.db"


def _application(home: Path, patch: pytest.MonkeyPatch) -> Flask:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        patch.delenv(name, raising=False)
    given = {"DATA": str(home), "SECRET_KEY": "s" * 40, "DATABASE_URL": "", "REDIS_URL": "", "SMTP_URL": ""}
    for name, value in given.items():
        patch.setenv(f"FLOWDESK_{name}", value)
    settings.cache_clear()
    return create_app(doors=False)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one database with drawings and presets, to be copied by each test."""
    home = tmp_path_factory.mktemp("migrated")
    with pytest.MonkeyPatch.context() as patch:
        flask = _application(home, patch)
        upgrade(flask)
        with flask.app_context():
            db.engine.dispose()
    settings.cache_clear()
    return home / DATABASE


@pytest.fixture
def desk(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Give a desk on a fresh SQLite database on Monday at nine."""
    shutil.copy(migrated, tmp_path / DATABASE)
    flask = _application(tmp_path, monkeypatch)
    with freeze_time(MONDAY) as time, flask.app_context():
        yield Desk(time)
        db.session.remove()
        db.engine.dispose()
    settings.cache_clear()
