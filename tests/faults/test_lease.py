"""A slow job stays with the worker that lives, and is given up when it is what kills workers."""

import time

import pytest
from flask import Flask

from app import clock, engine, relay
from app.config import settings
from app.db import db
from app.engine import jobs
from app.engine.models import Job
from workers import lease, runner, topics  # noqa: F401  importing declares the operations

LEASE = 0.4


@pytest.fixture
def job(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Give a job this process holds under a short lease."""
    monkeypatch.setenv("FLOWDESK_LEASE_SECONDS", str(LEASE))
    settings.cache_clear()
    asked = engine.enqueue("mail.deliver", {"outgoing": 0})
    relay.commit()
    claimed = jobs.claim(asked.id)
    assert claimed is not None
    db.session.commit()
    return claimed


def test_work_that_takes_longer_than_a_lease_is_given_to_nobody_else(job: Job) -> None:
    with lease.kept(job.id, job.fence):
        until = time.monotonic() + 3 * LEASE
        while time.monotonic() < until:
            assert jobs.missed() == []
            db.session.rollback()
            time.sleep(LEASE / 4)


def test_a_lease_is_renewed_no_more_when_the_work_is_over(job: Job) -> None:
    with lease.kept(job.id, job.fence):
        pass
    db.session.rollback()
    time.sleep(1.5 * LEASE)
    assert jobs.missed() == [job.id]


def test_a_claim_that_somebody_took_over_is_not_renewed(job: Job) -> None:
    fence = job.fence
    job.due_at = clock.now()
    db.session.commit()
    assert jobs.claim(job.id) is not None
    db.session.commit()
    with lease.kept(job.id, fence):
        time.sleep(1.5 * LEASE)
        assert jobs.missed() == [job.id]
        db.session.rollback()


def test_a_job_from_which_no_worker_ever_came_back_becomes_an_incident(job: Job) -> None:
    job.attempts, job.due_at = runner.MAX_CLAIMS, clock.now()
    db.session.commit()
    ident = job.id
    runner.run(ident)
    assert db.session.get_one(Job, ident).state == "failed"
    [incident] = engine.incidents()
    assert "No worker came back" in incident.text
