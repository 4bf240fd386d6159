"""Two clocks as processes of their own, one of them killed: every timer fires once and soon."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from story.installation import Installation
from timers import burst
from timers.clocks import start_second

from app.engine import library, timers

TIMERS = 300
KILLED_AFTER = 60


@pytest.mark.postgres
@pytest.mark.redis
def test_of_two_clocks_one_is_killed_and_the_other_fires_what_is_left(
    tmp_path: Path, postgres_url: str, redis_url: str
) -> None:
    servers = {"FLOWDESK_DATABASE_URL": postgres_url, "FLOWDESK_REDIS_URL": redis_url}
    given = {"FLOWDESK_SECRET_KEY": "s" * 40, "FLOWDESK_SMTP_LISTEN": "off", "FLOWDESK_CLOCK_INTERVAL": "0.2"}
    desk = Installation(tmp_path, servers | given, ())
    with ExitStack() as stack:
        stack.callback(desk.stop)
        desk.sink.controller.start()
        desk.start_process("clock")
        start_second(desk)
        stack.enter_context(burst.beside(postgres_url))
        library.store(burst.drawing(), note="n", by="system")
        ids = burst.copies(TIMERS, burst.spread(burst.soon(1), TIMERS, 2))
        desk.until(lambda: burst.waiting(ids) <= TIMERS - KILLED_AFTER, "the clocks are at it")
        desk.kill("clock")
        desk.until(lambda: burst.waiting(ids) == 0, "every timer has fired", seconds=60)
        went = burst.outcome(ids)
        assert (went.fired, went.offered, len(went.late)) == (TIMERS, TIMERS, TIMERS)
        assert went.late[0] >= 0
        assert went.at(0.5) <= 5
        assert went.at(1) <= timers.CLAIM_SECONDS + 10
        is_on_time(desk)


def is_on_time(desk: Installation) -> None:
    """Check that the clock that is left is."""
    ids = burst.copies(1, lambda _: burst.soon(0.5), name="idle")
    desk.until(lambda: burst.waiting(ids) == 0, "it fires")
    assert burst.outcome(ids).at(1) <= 5
