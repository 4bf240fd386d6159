"""How much memory each part of an installation holds after some work, as Linux counts it."""

import re
from pathlib import Path

import pytest
from story.installation import Installation, letter

MEGABYTE = 1024
MAILS = 5
PAGES = 30


def resident(desk: Installation, command: str) -> float:
    """Return the most megabytes that a process or one of its children holds (VmRSS of proc(5))."""
    mother = desk.processes[command].pid
    pids = [mother, *(int(pid) for pid in Path(f"/proc/{mother}/task/{mother}/children").read_text().split())]
    return max(_resident(pid) for pid in pids)


def _resident(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / MEGABYTE


def work(desk: Installation) -> None:
    """Let mails come in, be answered and be looked at."""
    desk.token = desk.add_agent("ann@desk.example", "Ann Agent")
    for number in range(MAILS):
        desk.send_mail(letter(f"eve{number}@acme.example", "support@flowdesk.localhost", "Invoice", "It is wrong."))
    desk.until(lambda: desk.get("/api/v1/tickets")["total"] == MAILS, "every mail is a ticket")
    for ticket in desk.get("/api/v1/tickets")["items"]:
        said = {"body": "We look into it.", "kind": "reply"}
        assert desk.request("POST", f"/api/v1/tickets/{ticket['number']}/messages", said)[0] == 201
    for _ in range(PAGES):
        desk.get("/api/v1/tickets")
        desk.get("/sign-in")
    desk.until(lambda: len(desk.sink.received) >= MAILS, "the replies left")


@pytest.mark.postgres
@pytest.mark.redis
def test_pages_hold_less_than_170_and_a_worker_less_than_200_megabytes(
    tmp_path: Path, postgres_url: str, redis_url: str
) -> None:
    environment = {"FLOWDESK_DATABASE_URL": postgres_url, "FLOWDESK_REDIS_URL": redis_url}
    with Installation(tmp_path, environment, ("web", "worker", "clock")) as desk:
        work(desk)
        held = {command: resident(desk, command) for command in desk.processes}
    print(f"Megabytes held: {held}")
    assert held["web"] < 170, held
    assert held["worker"] < 200, held


def test_everything_in_one_process_holds_less_than_250_megabytes(tmp_path: Path) -> None:
    with Installation(tmp_path, {}, ("up",)) as desk:
        work(desk)
        held = resident(desk, "up")
    print(f"Megabytes held by `flowdesk up`: {held:.0f}")
    assert held < 250
