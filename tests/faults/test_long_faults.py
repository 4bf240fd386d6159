"""The long fault tests of `make faults`: the installation is hurt again and again while mail flows, and loses nothing.

FLOWDESK_FAULTS is the number of mails, 500 unless told; everything else follows from it. The promises are made for
2,000, which takes hours on a small machine.
"""

import os
import random
import signal
import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from fault_desk import LEASE, SWEEP, WITHIN, FaultDesk
from servers import Postgres, Redis
from story.installation import letter

MAILS = int(os.environ.get("FLOWDESK_FAULTS", "500"))
KILLS = max(3, MAILS // 20)
SETTLED = 300 + 2 * MAILS
"""Seconds in which everything must have come to its end after the last blow."""

pytestmark = pytest.mark.faults


def insist(send: Callable[[], object], seconds: float = 120) -> None:
    """Do something again until it is accepted, as a mail server or a client with an Idempotency-Key does."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            send()
        except (OSError, smtplib.SMTPException, AssertionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def name_of(number: int) -> str:
    return f"customer{number}"


def flood(desk: FaultDesk) -> None:
    """Send every mail, each until it is accepted, and always the same bytes."""

    def send(number: int) -> None:
        address = desk.address(name_of(number))
        mail = letter(address, "support@flowdesk.localhost", f"Invoice {number}", "Your invoice charges us twice.")
        insist(lambda: desk.installation.send_mail(mail))

    with ThreadPoolExecutor(4) as senders:
        list(senders.map(send, range(MAILS)))


def answer_all(desk: FaultDesk) -> None:
    """Reply once to every ticket that waits for it, until all were replied to."""
    done: set[str] = set()
    deadline = time.monotonic() + SETTLED
    while len(done) < MAILS:
        assert time.monotonic() < deadline, f"only {len(done)} of {MAILS} tickets came to their agent"
        for number in waiting(desk) - done:
            reply_once(desk, number)
            done.add(number)
        time.sleep(0.5)


def waiting(desk: FaultDesk) -> set[str]:
    """Return the tickets whose reply task is open."""
    _, answer = desk.installation.request("GET", "/api/v1/tasks?page_size=200")
    return {task["ticket"] for task in (answer or {}).get("items", []) if task["element"] == "Activity_Reply"}


def reply_once(desk: FaultDesk, number: str) -> None:
    """Reply with one key, however often it takes."""

    def send() -> None:
        said, key = {"body": "We look into it.", "kind": "reply"}, {"Idempotency-Key": f"reply-{number}"}
        status, answer = desk.installation.request("POST", f"/api/v1/tickets/{number}/messages", said, headers=key)
        assert status == 201, answer

    insist(send)


@contextmanager
def meanwhile(blow: Callable[[], None], blows: int, pause: float) -> Iterator[None]:
    """Strike at irregular intervals while the enclosed work runs, so many times or until it is over."""
    over = threading.Event()
    failed: list[BaseException] = []

    def strike() -> None:
        chance = random.Random(MAILS)
        try:
            for _ in range(blows):
                if over.wait(pause * chance.uniform(0.5, 1.5)):
                    return
                blow()
        except BaseException as error:
            failed.append(error)
            raise

    striker = threading.Thread(target=strike)
    striker.start()
    try:
        yield
    finally:
        over.set()
        striker.join()
    assert not failed


def deliveries(desk: FaultDesk) -> dict[str, list[str]]:
    """Return how far the replies to each customer got, by mail address."""
    found: dict[str, list[str]] = {}
    page: int | None = 1
    while page is not None:
        listed = desk.installation.get(f"/api/v1/tickets?page_size=200&page={page}")
        for ticket in listed["items"]:
            replies = [m["delivery"] for m in ticket["messages"] if m["kind"] == "reply"]
            found.setdefault(ticket["contact"]["email"], []).extend(replies)
        page = listed["next"]
    return found


def expect_all_well(desk: FaultDesk) -> None:
    """Check that each mail is one ticket with one reply, which left once or is told to be in doubt."""
    over = {"sent", "unknown"}
    every = lambda: {state for states in deliveries(desk).values() for state in states} <= over  # noqa: E731
    desk.installation.until(every, "every reply is sent or in doubt", SETTLED)
    assert desk.installation.get("/api/v1/tickets")["total"] == MAILS
    told = deliveries(desk)
    doubtful = sum(states == ["unknown"] for states in told.values())
    print(f"{MAILS} mails, {KILLS} blows, {doubtful} replies in doubt")
    for number in range(MAILS):
        states, kept = told[desk.address(name_of(number))], desk.kept(name_of(number))
        assert len(states) == 1, (number, states)
        assert kept["reply"] == 1 if states == ["sent"] else kept["reply"] <= 1, (number, states, kept)
        assert kept["automatic"] <= 1, (number, kept)
    assert desk.incidents() == []


def run(desk: FaultDesk) -> None:
    """Let every mail in and answer each."""
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(flood, desk)
        answer_all(desk)
        sending.result()


def test_a_worker_killed_again_and_again_loses_nothing_and_sends_nothing_twice(distributed: FaultDesk) -> None:
    with meanwhile(lambda: restart(distributed, "worker"), KILLS, 4):
        run(distributed)
    expect_all_well(distributed)


def test_everything_in_one_process_killed_again_and_again_loses_nothing(embedded: FaultDesk) -> None:
    with meanwhile(lambda: restart(embedded, "up"), KILLS, 8):
        run(embedded)
    expect_all_well(embedded)


def test_pages_killed_while_agents_reply_keep_one_reply_per_click(distributed: FaultDesk) -> None:
    with meanwhile(lambda: restart(distributed, "web"), KILLS, 6):
        run(distributed)
    expect_all_well(distributed)


def restart(desk: FaultDesk, command: str) -> None:
    """kill -9 one process and start it again."""
    desk.installation.kill(command)
    desk.installation.start_process(command)


def test_redis_emptied_and_down_now_and_then_only_costs_time(distributed: FaultDesk, redis_server: Redis) -> None:
    def empty() -> None:
        client = redis_server.client()
        client.flushall()
        client.close()
        redis_server.stop()
        time.sleep(3)
        redis_server.start()

    with meanwhile(empty, KILLS, 10):
        run(distributed)
    expect_all_well(distributed)


def test_a_database_that_restarts_now_and_then_leaves_no_ticket_behind(
    distributed: FaultDesk, postgres_server: Postgres
) -> None:
    def bounce() -> None:
        postgres_server.stop()
        postgres_server.start()

    with meanwhile(bounce, KILLS, 15):
        run(distributed)
    expect_all_well(distributed)


def test_a_worker_that_was_stopped_past_its_lease_sends_nothing_when_it_goes_on(distributed: FaultDesk) -> None:
    desk = distributed
    number = desk.receive("rita")
    desk.sink.stall_at("RCPT", desk.address("rita"), seconds=2 * LEASE)
    desk.reply(number, "Here is the invoice.")
    desk.installation.until(lambda: desk.sink.stalled, "the reply is being sent")
    stopped = desk.installation.processes["worker"]
    stopped.send_signal(signal.SIGSTOP)
    try:
        desk.installation.start_process("worker")
        desk.installation.until(lambda: desk.delivered(number) == ["sent"], "another worker sends it", 30 + WITHIN)
    finally:
        stopped.send_signal(signal.SIGCONT)
    time.sleep(LEASE + SWEEP)
    stopped.terminate()
    stopped.wait(timeout=15)
    assert desk.kept("rita") == {"automatic": 1, "reply": 1}
    assert (desk.delivered(number), desk.incidents()) == (["sent"], [])
