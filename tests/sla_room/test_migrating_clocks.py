"""Clocks and policies of an installation of before keep what they promised."""

from pathlib import Path

import pytest
from flask import Flask
from revisions import migrate
from sqlalchemy import text

from app.config import settings
from app.db import db
from app.sla import Clock, Policy

ROWS = """
INSERT INTO department (id, public_id, key, name, is_default) VALUES (1, 'd', 'support', 'Support', :true);
INSERT INTO business_calendar (id, name, spec) VALUES (1, 'Office', '{"timezone": "UTC", "hours": {}}');
INSERT INTO contact (id, public_id, name, vip, notes, language, product, may_request_changes, created_at)
  VALUES (1, 'c', 'Eve', :false, '', '', '', :false, '2026-03-02 09:00:00');
INSERT INTO ticket (id, public_id, number, subject, status, priority, rank, tags, channel, language, department_id,
  contact_id, custom, flagged, created_at, updated_at) VALUES (1, 't', 'TKT-1', 'Help', 'open', 'high', 1, '[]',
  'email', '', 1, 1, '{}', '', '2026-03-02 09:00:00', '2026-03-02 09:00:00');
INSERT INTO policy (id, name, priority, department_id, first_response, resolution, near_breach, pauses)
  VALUES (1, 'High', 'high', NULL, 7200, 28800, 0.5, '{"resolution": ["review"]}');
INSERT INTO policy (id, name, priority, department_id, first_response, resolution, near_breach, pauses)
  VALUES (2, 'High', 'high', 1, 3600, 7200, 0.75, '{}');
INSERT INTO sla_clock (id, public_id, ticket_id, policy_id, kind, state, budget, calendar, started_at, breached_at)
  VALUES (1, 'k', 1, 1, 'resolution', 'running', 28800, '{}', '2026-03-02 09:00:00', '2026-03-02 17:00:00');
INSERT INTO sla_clock (id, public_id, ticket_id, policy_id, kind, state, budget, calendar, started_at)
  VALUES (2, 'l', 1, 2, 'first_response', 'running', 3600, '{}', '2026-03-02 09:00:00')
"""


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Give a database of the release before with two policies and their clocks."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url").replace("postgresql://", "postgresql+psycopg://", 1)
    monkeypatch.setenv("FLOWDESK_SECRET_KEY", "a secret of the tests")
    settings.cache_clear()
    flask = Flask("old")
    flask.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(flask)
    with flask.app_context():
        migrate("0008_routing")
        said = {
            ":true": "true" if request.param == "postgres" else "1",
            ":false": "false" if request.param == "postgres" else "0",
        }
        rows = ROWS
        for name, value in said.items():
            rows = rows.replace(name, value)
        for statement in rows.split(";"):
            db.session.execute(text(statement.replace(":", r"\:")))
        db.session.commit()
    return flask


def test_policies_and_clocks_come_along_and_go_back(old: Flask) -> None:
    with old.app_context():
        migrate("0009_sla")
        everybody, support = db.session.get_one(Policy, 1), db.session.get_one(Policy, 2)
        assert (everybody.place, support.place) == ("high:0:0", "high:1:0")
        assert (everybody.next_response, everybody.idle, everybody.in_hours) == (None, None, False)
        assert len({everybody.public_id, support.public_id}) == 2
        late, first = db.session.get_one(Clock, 1), db.session.get_one(Clock, 2)
        assert (late.paused_by, late.near_breach, late.round) == (["review"], 0.5, 1)
        assert (first.paused_by, first.near_breach, first.alerts) == ([], 0.75, {})
        assert (late.escalated_at, first.escalated_at) == (late.breached_at, None)
        db.session.rollback()
        db.session.remove()
        migrate("0008_routing", down=True)
        kept = db.session.execute(text("SELECT policy_id, kind, budget FROM sla_clock ORDER BY id")).all()
        assert [tuple(row) for row in kept] == [(1, "resolution", 28800), (2, "first_response", 3600)]
        db.session.remove()
        db.engine.dispose()
    settings.cache_clear()
