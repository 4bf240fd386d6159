"""The nudge: tells a worker that a job row is due. Best effort by design; the row is the promise."""

from collections.abc import Callable

import structlog

log = structlog.get_logger()
_send: list[Callable[[int], None]] = []
_count: list[Callable[[], int]] = []


def connect(send: Callable[[int], None], count: Callable[[], int] = lambda: 0) -> None:
    """Set how a nudge for one job id reaches the workers, and how many lie before them."""
    _send[:] = [send]
    _count[:] = [count]


def length() -> int:
    """Return how many nudges lie before the workers; 0 where nobody can say."""
    try:
        return sum(count() for count in _count)
    except Exception as error:
        log.warning("the broker does not say how many nudges wait", error=str(error))
        return 0


def nudge(job_ids: list[int]) -> None:
    """Tell the workers about jobs; a broker that is down only costs time, the sweeper finds the rows."""
    for job_id in job_ids:
        for send in _send:
            try:
                send(job_id)
            except Exception as error:
                log.warning("nudge failed, the sweeper will find the job", job=job_id, error=str(error))
                return
