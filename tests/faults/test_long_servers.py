"""Redis emptied and away, PostgreSQL restarted, a worker stopped past its lease: it only costs time."""

import http.client
import re
import signal
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

import pytest
from fault_desk import LEASE, SWEEP, WITHIN, FaultDesk
from load import (
    SHARE,
    Flow,
    all_open_tasks,
    blows,
    by_time,
    expect_each_once,
    insist,
    mail,
    open_tasks,
    settle,
    share_of,
    tickets,
)
from long_results import Record
from servers import Postgres, Redis

pytestmark = pytest.mark.faults

EMPTIED_FOR = max(60.0, 600 * SHARE)
AWAY_FOR = max(30.0, 300 * SHARE)
EVERY = 30.0
"""Seconds."""
RECOVERED_WITHIN = 30.0
TICKETS = share_of(1_000, least=20)


@contextmanager
def arrivals(desk: FaultDesk) -> Iterator[dict[str, float]]:
    """Give the moment each ticket came to its agent, by customer's subject."""
    seen: dict[str, float] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            for task in all_open_tasks(desk):
                seen.setdefault(task["ticket"], time.monotonic())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def write_for(desk: FaultDesk, seconds: float, pause: float, first: int) -> dict[str, float]:
    """Send a mail every `pause` seconds; return when each customer's was accepted."""
    accepted: dict[str, float] = {}
    end = time.monotonic() + seconds
    for number in range(first, 100_000):
        if time.monotonic() >= end:
            break
        mail(desk, number)
        accepted[desk.address(f"customer{number}")] = time.monotonic()
        time.sleep(max(0.0, min(pause, end - time.monotonic())))
    return accepted


def slowest(desk: FaultDesk, accepted: dict[str, float], seen: dict[str, float]) -> float:
    """Wait for every ticket to come to its agent; return the seconds of the one that took longest."""
    numbers: dict[str, str] = {}

    def all_there() -> bool:
        numbers.update({ticket["contact"]["email"]: ticket["number"] for ticket in tickets(desk)})
        return all(numbers.get(email) in seen for email in accepted)

    desk.installation.until(all_there, "every mail came to its agent", 300)
    return max(seen[numbers[email]] - moment for email, moment in accepted.items())


def test_redis_emptied_again_and_again_costs_at_most_half_a_minute(
    production: FaultDesk, redis_server: Redis, record_result: Record
) -> None:
    desk, number = production, int(EMPTIED_FOR // EVERY)

    def empty() -> None:
        with closing(redis_server.client()) as client:
            client.flushall()

    with arrivals(desk) as seen:
        with blows(empty, by_time(EVERY - 5, EVERY - 1), number - 1):
            accepted = write_for(desk, EMPTIED_FOR, 2, first=0)
        worst = slowest(desk, accepted, seen)
    Flow(desk, len(accepted)).reply_to_all()
    settle(desk, 120)
    counted = expect_each_once(desk, len(accepted))
    record_result(
        "Redis emptied",
        done=f"FLUSHALL every {EVERY:.0f} s for {EMPTIED_FOR / 60:.1f} min, {len(accepted)} mails meanwhile",
        goal="0 lost, jobs recovered within 30 s",
        measured=f"0 lost, {counted['sent']} mails left once; mail → agent took at most {worst:.1f} s",
    )
    assert counted["unknown"] == 0
    assert worst <= RECOVERED_WITHIN


def test_redis_away_for_minutes_stops_neither_intake_nor_screens_nor_work(
    production: FaultDesk, redis_server: Redis, record_result: Record
) -> None:
    desk = production
    desk.receive("customer0")
    looks: list[float] = []

    def look() -> None:
        begun = time.monotonic()
        assert desk.installation.request("GET", "/api/v1/tickets")[0] == 200
        assert desk.installation.request("GET", "/sign-in")[0] == 200
        looks.append(time.monotonic() - begun)

    with arrivals(desk) as seen:
        redis_server.stop()
        try:
            with blows(look, by_time(1, 3), int(AWAY_FOR / 5)):
                accepted = write_for(desk, AWAY_FOR, 10, first=1)
            worst = slowest(desk, accepted, seen)
            assert desk.installation.request("GET", "/readyz")[0] == 503
        finally:
            redis_server.start()
    after = time.monotonic()
    Flow(desk, 1 + len(accepted)).reply_to_all()
    settle(desk, 120)
    back = time.monotonic() - after
    counted = expect_each_once(desk, 1 + len(accepted))
    record_result(
        "Redis down",
        done=f"Redis stopped for {AWAY_FOR / 60:.1f} min, a mail every 10 s, pages asked for meanwhile",
        goal="0 lost, jobs recovered within 30 s; intake and screens keep working",
        measured=f"{len(accepted)} mails taken, each with its agent after at most {worst:.1f} s while Redis was away; "
        f"{len(looks)} looks, slowest {max(looks):.1f} s; all replied {back:.0f} s after its return",
    )
    assert counted == {"sent": 2 * (1 + len(accepted))}
    assert worst <= RECOVERED_WITHIN


def test_a_database_that_restarts_again_and_again_leaves_no_ticket_behind(
    production: FaultDesk, postgres_server: Postgres, record_result: Record
) -> None:
    desk, over = production, threading.Event()
    restarts: list[float] = []

    def bounce() -> None:
        due = by_time(5, 40)
        while not over.wait(0.5):
            if due(0):
                postgres_server.stop()
                postgres_server.start()
                restarts.append(time.monotonic())

    bouncer = threading.Thread(target=bounce)
    bouncer.start()
    try:
        Flow(desk, TICKETS, resolve=True).run()
        rate_all(desk)
    finally:
        over.set()
        bouncer.join()
    states = lambda: Counter(ticket["status"] for ticket in tickets(desk))  # noqa: E731
    desk.installation.until(lambda: states() == {"closed": TICKETS}, "every ticket is closed", 300)
    ended = lambda: Counter(i["state"] for ticket in tickets(desk) for i in ticket["instances"])  # noqa: E731
    desk.installation.until(lambda: set(ended()) == {"completed"}, "every process ended", 120)
    settle(desk, 120)
    counted = expect_each_once(desk, TICKETS)
    record_result(
        "PostgreSQL restarted",
        done=f"stopped without a goodbye and started {len(restarts)} times, every 5 to 40 s; {TICKETS} tickets "
        "from mail to rating",
        goal="all reach their end, 0 stuck",
        measured=f"{TICKETS} closed, 0 stuck, 0 incidents; {counted['unknown']} of {counted.total()} mails unknown",
    )
    assert restarts


def rate_all(desk: FaultDesk) -> None:
    """Bring every task to its end and let every customer rate."""
    rated: set[str] = set()
    flow, deadline = Flow(desk, TICKETS, resolve=True), time.monotonic() + 300 + 4 * TICKETS
    while len(rated) < TICKETS:
        assert time.monotonic() < deadline, f"only {len(rated)} of {TICKETS} customers could rate"
        for task in open_tasks(desk):
            flow._answer(task)
        for asked in list(desk.sink.received):
            found = re.search(r"/rate/[\w.-]+", asked.get_content() if not asked.is_multipart() else str(asked))
            if found and asked["To"] not in rated:
                insist(partial(rate, desk, found.group(), len(rated)))
                rated.add(asked["To"])
        time.sleep(0.5)


def rate(desk: FaultDesk, path: str, number: int) -> None:
    """Rate as a customer's browser does, each from an address of its own, because the desk counts by address."""
    own = (f"127.0.{1 + number // 250}.{1 + number % 250}", 0)
    with closing(http.client.HTTPConnection("127.0.0.1", desk.installation.port, 20, source_address=own)) as browser:
        browser.request("GET", path)
        page = browser.getresponse()
        cookie, text = page.getheader("Set-Cookie", ""), page.read().decode()
        if page.status == 200 and "csrf_token" not in text:
            return  # it was taken, only the answer was lost
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        assert token, page.status
        form = urllib.parse.urlencode({"csrf_token": token.group(1), "score": 5, "comment": ""})
        head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie.partition(";")[0]}
        browser.request("POST", path, form, head)
        assert browser.getresponse().status == 200


def test_a_worker_that_was_stopped_past_its_lease_sends_nothing_when_it_goes_on(
    distributed: FaultDesk, record_result: Record
) -> None:
    desk = distributed
    number = desk.receive("rita")
    desk.sink.stall_at("RCPT", desk.address("rita"), seconds=2 * LEASE)
    desk.reply(number, "Here is the invoice.")
    desk.installation.until(lambda: desk.sink.stalled, "the reply is being sent")
    stopped = desk.installation.processes["worker"]
    stopped.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    try:
        desk.installation.start_process("worker", "worker-2")
        desk.installation.until(lambda: desk.delivered(number) == ["sent"], "another worker sends it", 60 + WITHIN)
        taken = time.monotonic() - begun
    finally:
        stopped.send_signal(signal.SIGCONT)
    time.sleep(2 * LEASE + SWEEP)
    record_result(
        "SIGSTOP past the lease",
        done=f"a worker stopped while it sends, lease {LEASE:.0f} s, another takes over, SIGCONT",
        goal="stale fence rejected",
        measured=f"taken over after {taken:.1f} s with the start of the other; sent {desk.kept('rita')['reply']} time",
    )
    assert desk.kept("rita") == {"automatic": 1, "reply": 1}
    assert (desk.delivered(number), desk.incidents()) == (["sent"], [])
