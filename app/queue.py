"""The nudge: tells a worker that a job row is due. Best effort by design; the row is the promise."""

import time
from collections.abc import Callable

import structlog

QUIET_SECONDS = 2.0
"""After a failure nobody is nudged for so long: a broker that hangs must not slow down every commit."""
log = structlog.get_logger()
_send: dict[bool, Callable[[int], None]] = {}
_quiet: list[float] = []
_count: list[Callable[[], int]] = []


def connect(
    send: Callable[[int], None],
    count: Callable[[], int] = lambda: 0,
    first: Callable[[int], None] | None = None,
) -> None:
    """Set how a nudge for one job id reaches the workers, how many lie before them, and how one goes before these."""
    _send.update({False: send, True: first or send})
    _quiet.clear()
    _count[:] = [count]


def length() -> int:
    """Return how many nudges lie before the workers; 0 where nobody can say."""
    try:
        return sum(count() for count in _count)
    except Exception as error:
        log.warning("the broker does not say how many nudges wait", error=str(error))
        return 0


def nudge(job_ids: list[int], *, first: bool = False) -> None:
    """Tell the workers about jobs; a broker that is down only costs time, the sweeper finds the rows."""
    send = _send.get(first)
    if send is None or (_quiet and time.monotonic() < _quiet[0]):
        return
    for job_id in job_ids:
        try:
            send(job_id)
        except Exception as error:
            _quiet[:] = [time.monotonic() + QUIET_SECONDS]
            log.warning("nudge failed, the sweeper will find the job", job=job_id, error=str(error))
            return
