"""The nudge: tells a worker that a job row is due. Best effort by design; the row is the promise."""

from collections.abc import Callable

import structlog

log = structlog.get_logger()
_send: list[Callable[[int], None]] = []


def connect(send: Callable[[int], None]) -> None:
    """Set how a nudge for one job id reaches the workers."""
    _send[:] = [send]


def nudge(job_ids: list[int]) -> None:
    """Tell the workers about jobs; a broker that is down only costs time, the sweeper finds the rows."""
    for job_id in job_ids:
        for send in _send:
            try:
                send(job_id)
            except Exception as error:
                log.warning("nudge failed, the sweeper will find the job", job=job_id, error=str(error))
                return
