"""The clock: fires what is due, finds what was missed, seals the audit chain. Reads only what is due.

Any number of clocks may run: a timer is claimed by one of them for a moment, and none of them leads.
"""

import random
import threading
import time
from collections.abc import Callable
from functools import partial

import structlog

from app import audit, queue, relay
from app import clock as wall
from app.config import settings
from app.db import db, reading
from app.engine import jobs, timers
from app.errors import Trouble
from workers import reaping
from workers.broker import Context
from workers.rounds import Rounds

log = structlog.get_logger()
SWEEP_SECONDS = 5.0
NUDGES = 500
"""Nudges that may lie before the workers until the sweep adds none."""

SEAL_SECONDS = 0.5
SEAL_ROWS = 2_000
BATCH = 100
"""Timers in one claim."""

TOGETHER = 20
"""Timers in one transaction: enough to share its costs, few enough that nobody waits for it."""

STOP_SECONDS = 2.0
COURTESY = 0.5
"""In one process with pages and workers: how long the clock rests after each firing, as a share of what it took."""


def fire_due(over: threading.Event | None = None, courtesy: float = 0) -> int:
    """Fire every timer that is due now, until told that it is over; return how many fired."""
    over, begun, fired = over or threading.Event(), wall.now(), 0
    with reading():
        left = bool(timers.due(1))
        db.session.rollback()
    while left and not over.is_set():
        claims = timers.claim(begun, BATCH)
        db.session.commit()
        left, claimed = bool(claims), time.monotonic()
        for turn in _turns(claims):
            now = time.monotonic()
            if over.is_set() or now > claimed + timers.CLAIM_SECONDS:
                break  # the claims of the rest run out, and whoever has time takes them
            fired += turn()
            over.wait(courtesy * (time.monotonic() - now))
    return fired


def _turns(claims: list[timers.Claim]) -> list[Callable[[], int]]:
    """Return what is to be done: many at a time, and then alone what did not fire the first time."""
    fresh = [claim for claim in claims if claim.attempts == 1]
    again = [claim for claim in claims if claim.attempts > 1]
    random.shuffle(again)  # so that all have their turn, should one of them be what stops clocks
    parts = [fresh[at : at + TOGETHER] for at in range(0, len(fresh), TOGETHER)]
    return [*(partial(_fire, part) for part in parts), *(partial(_fire_alone, claim) for claim in again)]


def _fire(claims: list[timers.Claim]) -> int:
    try:
        fired, held = timers.fire(claims)
        timers.pass_over(held)
        relay.commit()
    except Exception as error:
        db.session.rollback()
        log.info("timers are fired one by one", error=repr(error))
        return sum(_fire_alone(claim) for claim in claims)
    return fired


def _fire_alone(claim: timers.Claim) -> int:
    try:
        if claim.attempts > timers.MAX_CLAIMS:
            raise Trouble(f"No clock came back from it {timers.MAX_CLAIMS} times; it may be what stops them.")
        fired = timers.insist(claim)
        relay.commit()
    except Exception as error:
        db.session.rollback()
        log.warning("timer failed", timer=claim.id, error=repr(error))
        timers.put_off(claim, str(error) or type(error).__name__)
        relay.commit()
        return 0
    return fired


def sweep() -> int:
    """Nudge jobs that nobody works on though they are due; return how many.

    What a worker had in hand when it fell silent goes first: it had its turn, and somebody may wait to hear of it. Of
    the others no more than the workers can be told at once: whoever is merely waiting in a long queue has its nudge.
    """
    with reading():
        deserted = jobs.deserted()
        found = dict.fromkeys([*jobs.missed(), *jobs.due_retry()])
        db.session.rollback()
    queue.nudge(deserted, first=True)
    others = [job_id for job_id in found if job_id not in deserted]
    told = others[: max(0, NUDGES - queue.length())] if others else []
    queue.nudge(told)
    return len(deserted) + len(told)


def seal() -> int:
    """Extend the hash chain over what was written since."""
    with reading():
        total, sealed = 0, SEAL_ROWS if audit.is_behind() else 0
        db.session.rollback()
    while sealed == SEAL_ROWS:
        sealed = audit.seal(limit=SEAL_ROWS)
        db.session.commit()
        total += sealed
    return total


def start(context: Context, interval: float) -> Rounds:
    """Return the duties, running; `interval` is seconds between looks at the timers."""
    rounds = Rounds()
    sweeping = min(SWEEP_SECONDS, interval * 5)
    fire = partial(fire_due, rounds.over, COURTESY if settings().embedded else 0)
    duties: list[tuple[str, Callable[[], int], float]] = [
        ("fire", fire, interval),
        ("sweep", sweep, sweeping),
        ("reap", reaping.reap, sweeping),
        ("seal", seal, SEAL_SECONDS),
    ]
    for name, duty, seconds in duties:
        rounds.add(inside(context, duty, name), seconds, f"clock-{name}")
    return rounds


def inside(context: Context, duty: Callable[[], int], name: str) -> Callable[[], None]:
    """Return a duty that opens what it needs, and whose failures only cost one round."""

    def once() -> None:
        with context():
            try:
                duty()
            except Exception as error:
                db.session.rollback()
                log.warning("a duty failed, it is tried again", duty=name, error=str(error))
            finally:
                db.session.remove()

    return once
