"""An installation to be hurt, and what must be true of it afterwards."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ai.model_server import ModelServer
from stalling import StallingModel, StallingSink
from story.installation import FLOWDESK, Installation, letter

LEASE = 2.0
SWEEP = 1.5
"""Seconds: the clock looks for missed jobs five times less often than at the timers."""

SLACK = 15.0
"""Seconds a machine may need for the work itself, on top of what was promised."""

WITHIN = LEASE + SWEEP + SLACK


@dataclass
class FaultDesk:
    """An installation whose mail server and whose model can fall silent; `worker` is the process that runs its jobs."""

    installation: Installation
    sink: StallingSink
    model: StallingModel
    worker: str

    def send(self, name: str) -> None:
        """Send a mail of this customer."""
        mail = letter(self.address(name), "support@flowdesk.localhost", f"About {name}", "My invoice is wrong.")
        self.installation.send_mail(mail)

    def tickets(self, name: str) -> list[str]:
        """Return the numbers of this customer's tickets."""
        found = self.installation.get(f"/api/v1/tickets?q=from:{self.address(name)}")
        return [str(ticket["number"]) for ticket in found["items"]]

    def receive(self, name: str) -> str:
        """Send a mail of this customer; return the number of its ticket when that waits for a reply."""
        self.send(name)
        self.installation.until(lambda: self.waiting_ticket(name), f"{name}'s ticket waits for a reply", seconds=60)
        return self.tickets(name)[0]

    def waiting_ticket(self, name: str) -> bool:
        """Tell whether this customer's ticket went all the way to its agent."""
        return any(self.waits_for_a_reply(number) for number in self.tickets(name))

    def address(self, name: str) -> str:
        return f"{name}@acme.example"

    def waits_for_a_reply(self, number: str) -> bool:
        """Tell whether the ticket has one task, the reply."""
        tasks = self.installation.get(f"/api/v1/tasks?ticket={number}")["items"]
        return [task["element"] for task in tasks] == ["Activity_Reply"]

    def reply(self, number: str, body: str) -> None:
        """Reply to the customer."""
        said = {"body": body, "kind": "reply"}
        status, answer = self.installation.request("POST", f"/api/v1/tickets/{number}/messages", said)
        assert status == 201, answer

    def kill_and_restart(self) -> float:
        """kill -9 what runs the jobs, start it again and return the moment it was ready."""
        log = self.installation.home / f"{self.worker}.log"
        before = log.read_text().count(" is ready")
        self.installation.kill(self.worker)
        self.installation.start_process(self.worker)
        self.installation.until(lambda: log.read_text().count(" is ready") > before, "it runs again", seconds=60)
        return time.monotonic()

    def delivered(self, number: str) -> list[str]:
        """Return how far each reply of a ticket got."""
        said = self.installation.get(f"/api/v1/tickets/{number}")["messages"]
        return [m["delivery"] for m in said if m["kind"] == "reply"]

    def kept(self, name: str) -> Counter[str]:
        """Return how many automatic mails and replies to this customer the mail server took."""
        mails = self.sink.to(self.address(name))
        return Counter("automatic" if mail["Auto-Submitted"] else "reply" for mail in mails)

    def steps(self, number: str) -> Counter[str]:
        """Return how often each step of the ticket's request process was completed."""
        instances = self.installation.get(f"/api/v1/tickets/{number}")["instances"]
        [request] = [one for one in instances if one["process"] == "request"]
        rows = self.installation.get(f"/api/v1/instances/{request['id']}/history?page_size=200")["items"]
        return Counter(row["element"] for row in rows if row["kind"] == "completed")

    def incidents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.installation.get("/api/v1/incidents")["items"]
        return found


@contextmanager
def fault_desk(
    home: Path,
    environment: dict[str, str],
    commands: tuple[str, ...],
    worker: str,
    program: tuple[str, ...] = (FLOWDESK,),
) -> Iterator[FaultDesk]:
    """Give a running installation with one agent; an empty value in `environment` leaves the product's default."""
    sink, model = StallingSink(), StallingModel()
    with ModelServer(model) as server:
        told = {
            "FLOWDESK_LEASE_SECONDS": str(LEASE),
            "FLOWDESK_CLOCK_INTERVAL": str(SWEEP / 5),
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": server.url,
            **environment,
        }
        told = {name: value for name, value in told.items() if value}
        with Installation(home, told, commands, sink=sink, program=program) as installation:
            installation.token = installation.add_agent("ann@desk.example", "Ann Agent", role="admin")
            yield FaultDesk(installation, sink, model, worker)
