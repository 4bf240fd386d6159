"""`flowdesk` with a clock that a test sets: FAULTS_CLOCK names a file that holds the seconds it is ahead."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from app import clock

AHEAD = Path(os.environ["FAULTS_CLOCK"])
_real = clock.now


def now() -> datetime:
    """Return the moment a wrongly set clock shows."""
    return _real() + timedelta(seconds=float(AHEAD.read_text() or 0))


clock.now = now

if __name__ == "__main__":
    from app.cli import main

    main()
