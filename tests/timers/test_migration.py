"""Timers that were pending before clocks claimed them are still due when they were."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from revisions import add, migrate
from sqlalchemy import inspect, select
from timers import burst

from app.db import db
from app.engine.models import Timer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def pending(noon: datetime) -> None:
    """Add a timer as the first release did."""
    drawn = {"key": "p", "version": 1, "kind": "bpmn", "name": "P", "hash": "", "xml": "", "note": "", "active": True}
    lists = {"calls": {}, "messages": [], "kept_messages": []}
    definition = add("definition", public_id="d", **drawn, **lists, deployed_at=noon, deployed_by="system")
    running = {"business_key": "case:1", "status": "running", "started_by": "system", "started_at": noon}
    instance = add("instance", public_id="i", definition_id=definition, **running)
    add("timer", instance_id=instance, task_id="t", element="late", due_at=noon, state="waiting")
    db.session.commit()


@pytest.mark.parametrize("server", ["sqlite", "postgres"])
def test_a_timer_of_the_first_release_is_looked_at_when_it_is_due(
    server: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if server == "sqlite" else request.getfixturevalue("postgres_url")
    with burst.beside(url):
        migrate("0001")
        pending(NOON.replace(tzinfo=None) if server == "sqlite" else NOON)
        migrate("head")
        [kept] = db.session.scalars(select(Timer)).all()
        assert (kept.due_at, kept.look_at, kept.attempts, kept.state) == (NOON, NOON, 0, "waiting")
        db.session.rollback()
        assert "ix_timer_state_look_at" in {index["name"] for index in inspect(db.engine).get_indexes("timer")}
        migrate("0001", down=True)
        assert "look_at" not in {column["name"] for column in inspect(db.engine).get_columns("timer")}
