"""Customers and agents who do not give up, blows that fall meanwhile, and what must be true in the end.

FLOWDESK_FAULTS is a share of the promised figures, 1 unless told: `FLOWDESK_FAULTS=0.02 make faults` tries it out.
"""

import os
import random
import smtplib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from fault_desk import FaultDesk
from story.installation import letter

SHARE = float(os.environ.get("FLOWDESK_FAULTS", "1"))
OVER = {"sent", "unknown"}
AGENTS = 4


def share_of(figure: int, least: int = 1) -> int:
    """Return this run's part of a promised figure."""
    return max(least, round(figure * SHARE))


def insist(send: Callable[[], object], seconds: float = 300) -> None:
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


def post(desk: FaultDesk, path: str, body: Any, key: str) -> Any:
    """Post with one key until it is answered; return the answer."""
    answers: list[Any] = []

    def send() -> None:
        status, answer = desk.installation.request("POST", path, body, headers={"Idempotency-Key": key})
        assert status in {200, 201}, (status, answer)
        answers.append(answer)

    insist(send)
    return answers[-1]


def mail(desk: FaultDesk, number: int) -> None:
    """Send the mail of one customer until it is accepted, always the same bytes."""
    address = desk.address(f"customer{number}")
    message = letter(address, "support@flowdesk.localhost", f"Invoice {number}", "Your invoice charges us twice.")
    insist(lambda: desk.installation.send_mail(message))


def servers(postgres_url: str, redis_url: str) -> dict[str, str]:
    """Return the environment of an installation of many processes."""
    return {
        "FLOWDESK_DATABASE_URL": postgres_url,
        "FLOWDESK_REDIS_URL": redis_url,
        "FLOWDESK_SECRET_KEY": "s" * 40,
    }


class Flow:
    """`mails` customers write; agents bring every ticket on, task by task, until `done` tells that all is done."""

    def __init__(self, desk: FaultDesk, mails: int, *, resolve: bool = False) -> None:
        self.desk, self.mails, self.resolve = desk, mails, resolve
        self.replied: set[str] = set()
        self.patience = 300 + 6 * mails

    def run(self) -> None:
        """Let every mail in and reply to each."""
        with ThreadPoolExecutor(AGENTS + 1) as pool:
            sending = [pool.submit(mail, self.desk, number) for number in range(self.mails)]
            self.reply_to_all()
            for one in sending:
                one.result()

    def reply_to_all(self) -> None:
        """Answer each open task once, until every ticket was replied to."""
        deadline = time.monotonic() + self.patience
        while len(self.replied) < self.mails:
            left = (
                f"only {len(self.replied)} of {self.mails} tickets came to their agent\n{self.desk.installation.logs()}"
            )
            assert time.monotonic() < deadline, left
            for task in open_tasks(self.desk):
                self._answer(task)
            time.sleep(0.5)

    def _answer(self, task: dict[str, Any]) -> None:
        number = task["ticket"]
        if task["element"] == "Activity_Reply" and number not in self.replied:
            said = {"body": "We look into it.", "kind": "reply", "then": "resolve" if self.resolve else "in_progress"}
            post(self.desk, f"/api/v1/tickets/{number}/messages", said, f"reply-{number}")
            self.replied.add(number)
        elif task["element"] == "Activity_Resolve":
            post(self.desk, f"/api/v1/tasks/{task['id']}/completion", task["form"]["data"], f"resolve-{number}")


def open_tasks(desk: FaultDesk) -> list[dict[str, Any]]:
    """Return the first open tasks; none while nobody answers."""
    _, answer = desk.installation.request("GET", "/api/v1/tasks?page_size=200")
    found: list[dict[str, Any]] = answer.get("items", []) if isinstance(answer, dict) else []
    return found


def all_open_tasks(desk: FaultDesk) -> list[dict[str, Any]]:
    """Return every open task, however many pages they fill; fewer while nobody answers."""
    found: list[dict[str, Any]] = []
    page: int | None = 1
    while page is not None:
        _, answer = desk.installation.request("GET", f"/api/v1/tasks?page_size=200&page={page}")
        listed = answer if isinstance(answer, dict) else {}
        found += listed.get("items", [])
        page = listed.get("next")
    return found


@contextmanager
def blows(blow: Callable[[], None], due: Callable[[int], bool], number: int) -> Iterator[list[float]]:
    """Strike while the enclosed work runs, as soon as the next blow is `due`; give the moments. All of them fall."""
    over = threading.Event()
    fallen: list[float] = []
    failed: list[BaseException] = []

    def strike() -> None:
        try:
            while len(fallen) < number and not over.is_set():
                if due(len(fallen)):
                    blow()
                    fallen.append(time.monotonic())
                over.wait(0.2)
        except BaseException as error:
            failed.append(error)
            raise

    striker = threading.Thread(target=strike)
    striker.start()
    try:
        yield fallen
    finally:
        over.set()
        striker.join()
    assert not failed
    assert len(fallen) == number, f"only {len(fallen)} of {number} blows fell"


def by_progress(done: Callable[[], int], whole: int, number: int) -> Callable[[int], bool]:
    """Return a rule that spreads so many blows evenly over the work, one gap before its end."""
    return lambda fallen: done() >= (fallen + 0.5) * whole / (number + 1)


def by_time(least: float, most: float) -> Callable[[int], bool]:
    """Return a rule by which the next blow is due after a chance pause of so many seconds."""
    chance = random.Random(4)
    moments = [time.monotonic() + chance.uniform(least, most)]

    def due(fallen: int) -> bool:
        if time.monotonic() < moments[0]:
            return False
        moments[0] = time.monotonic() + chance.uniform(least, most)
        return True

    return due


def tickets(desk: FaultDesk) -> list[dict[str, Any]]:
    """Return every ticket with its messages."""
    found: list[dict[str, Any]] = []
    page: int | None = 1
    while page is not None:
        listed = desk.installation.get(f"/api/v1/tickets?view=all&page_size=100&page={page}")
        found += listed["items"]
        page = listed["next"]
    return found


def replies(desk: FaultDesk) -> list[dict[str, Any]]:
    """Return every reply of every ticket."""
    return [message for ticket in tickets(desk) for message in ticket["messages"] if message["kind"] == "reply"]


def settle(desk: FaultDesk, seconds: float) -> None:
    """Wait until every mail the desk wrote has left or is in doubt, and no job is left."""
    outgoing = lambda: [m["delivery"] for t in tickets(desk) for m in t["messages"] if m["direction"] == "out"]  # noqa: E731
    desk.installation.until(lambda: set(outgoing()) <= OVER, "every mail left or is in doubt", seconds)


def expect_each_once(desk: FaultDesk, mails: int) -> Counter[str]:
    """Check that each mail is one ticket with one reply, which left once or is in doubt; count the deliveries."""
    kept = Counter(mail["Message-ID"] for mail in desk.sink.received)
    assert set(kept.values()) <= {1}, kept.most_common(3)
    found = tickets(desk)
    assert Counter(ticket["contact"]["email"] for ticket in found) == {
        desk.address(f"customer{n}"): 1 for n in range(mails)
    }
    counted: Counter[str] = Counter()
    for ticket in found:
        sent = [message for message in ticket["messages"] if message["direction"] == "out"]
        assert [message["kind"] for message in sent].count("reply") == 1, ticket["number"]
        for message in sent:
            counted[message["delivery"]] += 1
            assert message["delivery"] == "unknown" or kept[message["message_id"]] == 1, message
    assert desk.incidents() == []
    return counted


def decide(desk: FaultDesk) -> int:
    """Be the person who looks after each mail in doubt; return how many there were."""
    kept = {mail["Message-ID"] for mail in desk.sink.received}
    decided = 0
    while found := desk.installation.get("/api/v1/deliveries?page_size=200")["items"]:
        for one in found:
            outcome = {"outcome": "arrived" if one["message_id"] in kept else "again"}
            status, answer = desk.installation.request("PUT", f"/api/v1/deliveries/{one['id']}", outcome)
            assert status == 200, answer
            decided += 1
    return decided
