"""The clock: fires what is due, finds what was missed, seals the audit chain. Reads only what is due."""

from collections.abc import Callable

import structlog

from app import audit, queue, relay
from app.db import db, reading
from app.engine import jobs, timers
from workers import reaping
from workers.broker import Context
from workers.rounds import Rounds

log = structlog.get_logger()
SWEEP_SECONDS = 5.0


def fire_due() -> int:
    """Fire every due timer, each in a transaction of its own; return how many fired."""
    with reading():
        due = timers.due()
        db.session.rollback()
    fired = 0
    for timer_id in due:
        try:
            fired += timers.wake(timer_id)
            relay.commit()
        except Exception as error:
            db.session.rollback()
            log.exception("timer failed", timer=timer_id, error=str(error))
    return fired


def sweep() -> int:
    """Nudge jobs that nobody works on though they are due; return how many."""
    with reading():
        found = sorted({*jobs.missed(), *jobs.due_retry()})
        db.session.rollback()
    queue.nudge(found)
    return len(found)


def seal() -> int:
    """Extend the hash chain over what was written since."""
    sealed = audit.seal(limit=2000)
    db.session.commit()
    return sealed


def start(context: Context, interval: float) -> Rounds:
    """Return the duties, running; `interval` is seconds between looks at the timers."""
    rounds = Rounds()
    sweeping = min(SWEEP_SECONDS, interval * 5)
    for duty, seconds in ((fire_due, interval), (sweep, sweeping), (reaping.reap, sweeping), (seal, 1.0)):
        rounds.add(inside(context, duty), seconds, duty.__name__)
    return rounds


def inside(context: Context, duty: Callable[[], int]) -> Callable[[], None]:
    """Return a duty that opens what it needs, and whose failures only cost one round."""

    def once() -> None:
        with context():
            try:
                duty()
            except Exception as error:
                db.session.rollback()
                log.warning("a duty failed, it is tried again", duty=duty.__name__, error=str(error))
            finally:
                db.session.remove()

    return once
