"""Duties done again and again, each in a thread of its own, by a clock that nobody can put forward or back."""

import threading
from collections.abc import Callable


class Rounds:
    """Runs while started; a duty that takes longer than its pause is not begun twice."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def add(self, duty: Callable[[], None], seconds: float, name: str) -> None:
        """Do a duty now and so many seconds after it was done."""
        # A daemon, so that a duty that stands still does not keep the process from ending.
        thread = threading.Thread(target=self._go, args=(duty, seconds), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _go(self, duty: Callable[[], None], seconds: float) -> None:
        # Event.wait counts by the monotonic clock; wall clocks are set, and would skip or repeat rounds.
        while not self._over.is_set():
            duty()
            self._over.wait(seconds)

    def stop(self, seconds: float) -> None:
        """Begin no further round, and wait so long for those that run."""
        self._over.set()
        for thread in self._threads:
            thread.join(seconds)
