"""SIGTERM under load, with mails in hand that stand still: all is gone in eight seconds, and nothing is lost."""

import os
import threading
import time

import pytest
from fault_desk import WITHIN, FaultDesk
from load import mail
from long_results import Record

BOTH = [
    pytest.param("embedded", marks=pytest.mark.faults),
    pytest.param("distributed", marks=[pytest.mark.postgres, pytest.mark.redis]),
]
GONE_WITHIN = 8.0
"""Seconds."""
MAILS = 6


def crowd() -> float:
    """Return how much longer everything takes because more processes want to run than this machine has cores for."""
    return max(1.0, os.getloadavg()[0] / (2 * (os.cpu_count() or 1)))


def stop_all(desk: FaultDesk) -> dict[str, tuple[float, int]]:
    """Send SIGTERM to every process; return the seconds each took and its exit code."""
    begun = time.monotonic()
    running = dict(desk.installation.processes)
    took: dict[str, tuple[float, int]] = {}
    for process in running.values():
        process.terminate()

    def wait(name: str) -> None:
        code = running[name].wait(30)
        took[name] = (time.monotonic() - begun, code)

    waiters = [threading.Thread(target=wait, args=(name,)) for name in running]
    for waiter in waiters:
        waiter.start()
    for waiter in waiters:
        waiter.join()
    desk.installation.processes.clear()
    return took


@pytest.mark.parametrize("setup", BOTH)
def test_every_process_is_gone_within_eight_seconds_and_what_was_in_hand_goes_on_later(
    setup: str, request: pytest.FixtureRequest, record_result: Record
) -> None:
    desk: FaultDesk = request.getfixturevalue(setup)
    rita, otto = desk.receive("rita"), desk.receive("otto")
    desk.sink.stall_at("RCPT", desk.address("rita"))
    desk.sink.stall_at("DOT", desk.address("otto"))
    desk.reply(rita, "Here is the invoice.")
    desk.reply(otto, "Here is the invoice.")
    desk.installation.until(lambda: len(desk.sink.stalled) == 2, "both replies are being sent")
    for number in range(MAILS):
        mail(desk, number)
    took = stop_all(desk)
    record_result(
        f"SIGTERM, {setup}",
        done=f"{', '.join(sorted(took))} stopped with {MAILS} mails coming in and two sends that stand still",
        goal="gone within 8 s, nothing lost",
        measured=", ".join(f"{name} {seconds:.1f} s" for name, (seconds, _) in sorted(took.items()))
        + f" (load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores)",
    )
    assert max(seconds for seconds, _ in took.values()) <= GONE_WITHIN * crowd(), (took, crowd())
    assert {code for _, code in took.values()} == {0}, took

    for command in took:
        desk.installation.start_process(command)
    desk.installation.until(lambda: desk.installation.request("GET", "/readyz")[0] == 200, "it runs again", 60)
    desk.installation.until(lambda: desk.delivered(rita) == ["sent"], "the interrupted reply is sent", WITHIN)
    desk.installation.until(lambda: desk.delivered(otto) == ["unknown"], "the uncertain reply is told", WITHIN)
    came = lambda: all(desk.waiting_ticket(f"customer{number}") for number in range(MAILS))  # noqa: E731
    desk.installation.until(came, "every mail came to its agent", 60)
    assert desk.kept("rita")["reply"] == desk.kept("otto")["reply"] == 1
