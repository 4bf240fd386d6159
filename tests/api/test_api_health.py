"""What machines that watch are told."""

import pytest
from api_world import World
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from app.config import settings
from app.db import db
from app.engine.models import Incident


def _metrics(world: World) -> dict[tuple[str, str], float]:
    told = world.flask.test_client().get("/metrics").text
    samples = [one for family in text_string_to_metric_families(told) for one in family.samples]
    return {(one.name, next(iter(one.labels.values()), "")): one.value for one in samples}


def test_a_living_process_says_so_and_counts_what_is_stuck(world: World) -> None:
    client = world.flask.test_client()
    assert client.get("/healthz").json == {"status": "ok", "open_incidents": 0}
    with world.flask.app_context():
        db.session.add(Incident(text="stuck"))
        db.session.commit()
    assert client.get("/healthz").json["open_incidents"] == 1
    assert client.get("/readyz").json == {"status": "ready", "checks": {"database": "ok"}, "open_incidents": 1}


def test_without_its_database_it_lives_but_is_not_ready(world: World) -> None:
    with world.flask.app_context():
        db.session.execute(text("ALTER TABLE incident RENAME TO gone"))
        db.session.commit()
    client = world.flask.test_client()
    assert client.get("/healthz").json == {"status": "ok", "open_incidents": None}


def test_without_its_redis_it_is_not_ready(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "redis_url", "redis://127.0.0.1:1/0")
    answer = world.flask.test_client().get("/readyz")
    assert (answer.status_code, answer.json["checks"]) == (503, {"database": "ok", "redis": "unreachable"})


def test_with_its_redis_it_is_ready(world: World, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "redis_url", redis_url)
    answer = world.flask.test_client().get("/readyz")
    assert (answer.status_code, answer.json["checks"]) == (200, {"database": "ok", "redis": "ok"})


def test_metrics_count_jobs_tickets_incidents_timers_and_unsealed_rows(world: World) -> None:
    before = _metrics(world)
    world.caller().open_ticket()
    after = _metrics(world)
    assert after["flowdesk_tickets", "open"] - before["flowdesk_tickets", "open"] == 1
    assert after["flowdesk_jobs", "queued"] - before["flowdesk_jobs", "queued"] == 1
    assert after["flowdesk_unsealed_rows", "event"] > before["flowdesk_unsealed_rows", "event"]
    assert after["flowdesk_unsealed_rows", "step"] > before["flowdesk_unsealed_rows", "step"]
    assert after["flowdesk_open_incidents", ""] == 0
    assert ("flowdesk_waiting_timers", "") in after
    assert ("process_cpu_seconds_total", "") in after
