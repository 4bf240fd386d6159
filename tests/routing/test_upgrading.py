"""A desk from before strategies, dictionaries and rotas is brought to this release with all it has."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import text

from app import migrating
from app.config import ROOT
from app.db import db
from app.tickets import category, finding

NOON = "2026-01-02 12:00:00+00:00"
BEFORE: dict[str, dict[str, Any]] = {
    "agent": {"email": "ann@desk.test", "name": "Ann", "role": "agent", "active": True, "absent": False,
              "signature": "", "created_at": NOON},
    "department": {"key": "support", "name": "Support", "is_default": True, "last_assigned_id": 1},
    "contact": {"name": "Eve", "vip": False, "phone": "", "notes": "", "language": "", "created_at": NOON},
    "category": {"key": "billing", "name": "Billing"},
    "ticket": {"number": "TKT-0001", "subject": "Help", "status": "open", "priority": "low", "rank": 1,
               "category": "billing", "tags": "[]", "channel": "email", "language": "", "department_id": 1,
               "assignee_id": 1, "contact_id": 1, "custom": "{}", "flagged": "", "created_at": NOON,
               "updated_at": NOON},
}  # fmt: skip


@pytest.mark.parametrize("server", ["sqlite", "postgres"])
def test_what_was_there_before_is_there_after(server: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if server == "postgres":
        url = request.getfixturevalue("postgres_url").replace("postgresql://", "postgresql+psycopg://", 1)
    flask = Flask("upgrading")
    flask.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(flask)
    with flask.app_context():
        _to("0003")
        _fill()
        migrating._migrate()
        ticket = finding.by_number("TKT-0001")
        assert (ticket.category, ticket.type, ticket.product, ticket.assignee.name) == ("billing", "", "", "Ann")  # type: ignore[union-attr]
        assert (ticket.department.strategy, ticket.department.prefers_agent) == ("round_robin", False)
        assert [(one.key, one.archived, one.parent) for one in category.all_categories()] == [("billing", False, None)]
        if server == "sqlite":
            assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
            assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        db.session.remove()
        db.engine.dispose()


def _to(revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with db.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def _fill() -> None:
    with db.engine.begin() as connection:
        for name, values in BEFORE.items():
            own = {} if name == "category" else {"public_id": name}
            columns = ", ".join((values | own).keys())
            marks = ", ".join(f":{key}" for key in values | own)
            connection.execute(text(f"INSERT INTO {name} ({columns}) VALUES ({marks})"), values | own)
