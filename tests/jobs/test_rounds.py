"""Duties come round by a clock nobody sets, and nudges do not wait for a broker that is away."""

import threading
import time

import pytest
from freezegun import freeze_time

from app import queue
from workers.rounds import Rounds


def test_a_duty_goes_on_when_the_clock_is_put_back_and_stops_when_told() -> None:
    done: list[float] = []
    four = threading.Event()

    def duty() -> None:
        done.append(time.monotonic())
        if len(done) == 4:
            four.set()

    rounds = Rounds()
    with freeze_time("2026-03-02 12:00", ignore=["threading"], real_asyncio=True) as held:
        rounds.add(duty, 0.05, "duty")
        held.move_to("2026-03-02 11:00")
        assert four.wait(10)
    rounds.stop(5)
    count = len(done)
    time.sleep(0.2)
    assert len(done) == count


def test_after_a_nudge_that_failed_nobody_waits_for_the_broker_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def away(job_id: int) -> None:
        tried.append(job_id)
        raise ConnectionError("the broker is away")

    monkeypatch.setattr(queue, "_send", {})
    monkeypatch.setattr(queue, "QUIET_SECONDS", 0.3)
    queue.connect(away)
    queue.nudge([1, 2])
    queue.nudge([3])
    assert tried == [1]
    time.sleep(0.4)
    queue.nudge([4])
    assert tried == [1, 4]
