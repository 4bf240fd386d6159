"""Watches how soon a mail in doubt is shown."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fault_desk import FaultDesk


@contextmanager
def doubts(desk: FaultDesk) -> Iterator[dict[str, float]]:
    """Give, for each mail that was ever shown as unknown, the seconds from when it was being handed over."""
    seen: dict[str, float] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            _, answer = desk.installation.request("GET", "/api/v1/deliveries?state=unknown&page_size=200")
            for one in answer.get("items", []) if isinstance(answer, dict) else []:
                asked = desk.sink.asked_at.get(one["recipients"][0])
                if one["message_id"] not in seen and asked is not None:
                    seen[one["message_id"]] = time.monotonic() - asked

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
