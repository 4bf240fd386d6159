"""Duties done again and again, each in a thread of its own, by a clock that nobody can put forward or back."""

import threading
import time
from collections.abc import Callable


class Rounds:
    """Runs while started; a duty that takes longer than its pause is not begun twice. `over` tells of the end."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._threads: list[threading.Thread] = []

    def add(self, duty: Callable[[], None], seconds: float, name: str) -> None:
        """Do a duty now and every so many seconds, or at once when it took longer."""
        # A daemon, so that a duty that stands still does not keep the process from ending.
        thread = threading.Thread(target=self._go, args=(duty, seconds), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _go(self, duty: Callable[[], None], seconds: float) -> None:
        # By the monotonic clock; wall clocks are set, and would skip or repeat rounds.
        while not self.over.is_set():
            begun = time.monotonic()
            duty()
            self.over.wait(max(0.0, seconds - (time.monotonic() - begun)))

    def stop(self, seconds: float) -> None:
        """Begin no further round, and wait so long for those that run; what they leave is as if killed, not lost."""
        self.over.set()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
