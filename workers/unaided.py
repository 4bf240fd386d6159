"""Working without Redis: while no nudge can come, a worker looks for due jobs itself."""

from datetime import timedelta

import redis
import structlog

from app.db import db, reading
from app.engine import jobs
from workers import broker, runner

SECONDS = 1.0
"""Between two looks; while Redis answers, a look only asks whether it does."""
log = structlog.get_logger()


class Unaided:
    """Notices that Redis is away, and that it is back."""

    def __init__(self, url: str) -> None:
        self._redis = broker.client(url)
        self._away = False

    def look(self) -> int:
        """Do the jobs nobody nudges anybody about, as long as Redis is away; return how many."""
        done = 0
        while self._is_away() and (found := _due()):
            for job_id in found:
                runner.run(job_id)
            done += len(found)
        return done

    def _is_away(self) -> bool:
        try:
            self._redis.ping()
            away = False
        except redis.RedisError:
            away = True
        if away != self._away:
            log.warning("Redis is away, jobs are looked for in the database" if away else "Redis is back")
        self._away = away
        return away


def _due() -> list[int]:
    with reading():
        found = jobs.missed(limit=20, grace=timedelta())
        db.session.rollback()
    return found
