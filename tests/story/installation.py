"""A whole Flowdesk as an operator runs it: real processes, spoken to by SMTP, HTTP and the command line only."""

import json
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from servers import free_port

FLOWDESK = str(Path(sys.executable).parent / "flowdesk")
ROOT = Path(__file__).resolve().parent.parent.parent


class Sink:
    """An SMTP server that keeps what it is given."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._lock = threading.Lock()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        with self._lock:
            self.received.append(parsed)  # type: ignore[arg-type]
        return "250 kept"

    def to(self, address: str, subject: str = "") -> list[EmailMessage]:
        """Return the mails to an address whose subject holds a text."""
        with self._lock:
            return [m for m in self.received if address in str(m["To"]) and subject in str(m["Subject"])]


@dataclass
class Installation:
    """Runs while entered; `environment` decides whether it is one process or many."""

    home: Path
    environment: dict[str, str]
    commands: tuple[str, ...]
    port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    sink: Sink = field(default_factory=Sink)
    token: str = ""
    program: tuple[str, ...] = (FLOWDESK,)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWDESK_", "OPENAI_"))}
        return {
            **kept,
            "FLOWDESK_DATA": str(self.home),
            "FLOWDESK_PORT": str(self.port),
            "FLOWDESK_SMTP_LISTEN": f"127.0.0.1:{self.smtp_port}",
            "FLOWDESK_SMTP_URL": f"smtp://127.0.0.1:{self.sink.controller.port}",
            "FLOWDESK_DEMO": "0",
            "FLOWDESK_CLOCK_INTERVAL": "0.5",
            **self.environment,
        }

    def __enter__(self) -> Self:
        self.sink.controller.start()
        try:
            for command in self.commands:
                self.start_process(command)
            self.until(lambda: self.request("GET", "/readyz")[0] == 200, "the pages answer", seconds=120)
            self.until(self._takes_mail, "mail is taken", seconds=60)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _takes_mail(self) -> bool:
        try:
            smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=5).close()
        except OSError:
            return False
        return True

    def start_process(self, command: str, name: str = "") -> None:
        """Start `flowdesk <command>`; a name of its own lets it run more than once."""
        name = name or command
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*self.program, command], env=self.env(), stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """kill -9 one process and those it forked, as the end of its container would."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        slow = [command for command, process in self.processes.items() if not self._ended(process)]
        self.sink.controller.stop()
        assert not slow, f"did not stop: {slow}\n{self.logs()}"

    def _ended(self, process: subprocess.Popen[bytes]) -> bool:
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return False
        return True

    def logs(self) -> str:
        return "\n".join(f"== {p.name}\n{p.read_text()[-4000:]}" for p in self.home.glob("*.log"))

    def run(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run `flowdesk …` to its end."""
        return subprocess.run(
            [FLOWDESK, *arguments], env=self.env(), input=stdin, capture_output=True, cwd=ROOT, check=False
        )

    def add_agent(self, email: str, name: str, role: str = "agent", department: str = "support") -> str:
        """Add an agent and return an API token."""
        added = self.run(
            "agent",
            "add",
            email,
            "--name",
            name,
            "--role",
            role,
            "--department",
            department,
            "--password",
            "correct horse battery",
        )
        assert added.returncode == 0, added.stderr.decode()
        made = self.run("token", "create", email)
        assert made.returncode == 0, made.stderr.decode()
        return made.stdout.decode().strip()

    def request(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Speak HTTP; JSON in and out, bytes and other text as they are."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if data is not None and not isinstance(body, bytes):
            given["Content-Type"] = "application/json"
        asked = urllib.request.Request(
            f"{self.url}{path}", data=data, method=method, headers={**given, **(headers or {})}
        )
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, _read(answer)
        except urllib.error.HTTPError as error:
            return error.code, _read(error)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> Any:
        status, answer = self.request("GET", path)
        assert status == 200, (path, status, answer)
        return answer

    def send_mail(self, message: EmailMessage) -> None:
        """Hand a mail to the listener as another mail server would."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as client:
            client.send_message(message)

    def until(self, true: Callable[[], Any], what: str, seconds: float = 30) -> Any:
        """Wait for something to come true and return it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                found = true()
            except AssertionError:
                found = None
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError(f"after {seconds} s still not so: {what}\n{self.logs()}")


def _read(answer: Any) -> Any:
    content = answer.read()
    return json.loads(content) if "json" in answer.headers.get("Content-Type", "") else content.decode()


def letter(sender: str, to: str, subject: str, body: str, **headers: str) -> EmailMessage:
    """Return a mail as an ordinary client writes it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{time.time_ns()}@mail.acme.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message
