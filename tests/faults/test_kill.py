"""kill -9 in the middle of jobs: each is done once by whoever comes after; what may have left is not sent again."""

import time

import pytest
from fault_desk import LEASE, SWEEP, WITHIN, FaultDesk

BOTH = ["embedded", pytest.param("distributed", marks=[pytest.mark.postgres, pytest.mark.redis])]


@pytest.mark.parametrize("setup", BOTH)
def test_what_a_killed_worker_was_doing_is_done_once_and_what_may_have_left_is_unknown(
    setup: str, request: pytest.FixtureRequest
) -> None:
    desk: FaultDesk = request.getfixturevalue(setup)
    rita, otto = desk.receive("rita"), desk.receive("otto")
    desk.model.silent_about.add("About nora")
    desk.send("nora")
    desk.sink.stall_at("RCPT", desk.address("rita"))
    desk.sink.stall_at("DOT", desk.address("otto"))
    desk.reply(rita, "Here is the invoice.")
    desk.reply(otto, "Here is the invoice.")
    running = lambda: desk.model.stalled and len(desk.sink.stalled) == 2  # noqa: E731
    desk.installation.until(running, "three jobs are being worked on")
    ready = desk.kill_and_restart()

    desk.installation.until(lambda: desk.delivered(rita) == ["sent"], "the interrupted reply is sent", WITHIN)
    desk.installation.until(lambda: desk.delivered(otto) == ["unknown"], "the uncertain reply is told", WITHIN)
    desk.installation.until(lambda: desk.waiting_ticket("nora"), "the interrupted classification is done", WITHIN)
    assert time.monotonic() - ready < WITHIN
    time.sleep(LEASE + SWEEP)  # what would be done twice, would be done by then

    assert desk.kept("rita") == {"automatic": 1, "reply": 1}
    assert desk.kept("otto") == {"automatic": 1, "reply": 1}
    [nora] = desk.tickets("nora")
    for number in (rita, otto, nora):
        steps = desk.steps(number)
        assert steps["Activity_Classify"] == steps["Activity_Assign"] == 1
        assert steps["Activity_Draft"] == 1
    assert desk.steps(rita)["Activity_Send"] == desk.steps(otto)["Activity_Send"] == 1
    assert desk.delivered(otto) == ["unknown"]
    assert desk.incidents() == []
