"""A desk on real servers, people who hold tokens, and many requests that leave at the same moment."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from engine.drawings import HEAD, flow, form, node
from servers import free_port

from app import create_app, departments, engine, people, relay
from app.config import settings
from app.db import db
from app.engine import library
from app.engine.models import UserTask
from app.migrating import upgrade
from app.people import tokens

MOST = 16
FLOWDESK = str(Path(sys.executable).parent / "flowdesk")
ROOT = Path(__file__).resolve().parent.parent.parent
Answer = tuple[int, dict[str, Any]]
DRAWING = (
    f'{HEAD}<bpmn:process id="race" name="Race" isExecutable="true">'
    + node("startEvent", "start", out="f1")
    + node("userTask", "ask", "f1", "f2", form("resolve"))
    + node("endEvent", "end", "f2")
    + flow("f1", "start", "ask")
    + flow("f2", "ask", "end")
    + "</bpmn:process></bpmn:definitions>"
)


@dataclass
class Served:
    """`tokens` belong to 16 agents; requests go to the web processes in turn."""

    ports: list[int]
    tokens: list[str]
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(MOST))

    def tasks(self, count: int) -> list[str]:
        """Offer tasks and return their public ids."""
        for number in range(count):
            engine.start("race", business_key=f"race:{number}", data={}, by="system")
        relay.commit()
        found = db.session.scalars(db.select(UserTask.public_id).where(UserTask.state == "open")).all()
        db.session.rollback()
        return list(found)

    def at_once(self, ident: str, clients: int) -> list[Answer]:
        """Let this many agents complete a task at the same moment."""
        ready = Barrier(clients)
        return list(self.pool.map(lambda number: self._complete(ready, ident, number), range(clients)))

    def _complete(self, ready: Barrier, ident: str, number: int) -> Answer:
        headers = {"Authorization": f"Bearer {self.tokens[number]}", "Content-Type": "application/json"}
        body = json.dumps({"resolution": "fixed"})
        with closing(HTTPConnection("127.0.0.1", self.ports[number % len(self.ports)], timeout=60)) as connection:
            connection.connect()
            ready.wait()
            connection.request("POST", f"/api/v1/tasks/{ident}/completion", body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())


def _prepare() -> list[str]:
    made = []
    for number in range(MOST):
        agent = people.add(f"agent{number}@desk.test", f"Agent {number}", "agent", by="system")
        departments.join(departments.by_key("support"), agent, by="system")
        made.append(tokens.create(agent, by="system"))
    library.store(DRAWING, note="race", by="system")
    relay.commit()
    return made


def _until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the pages do not answer:\n{log.read_text()[-4000:]}")


@contextmanager
def served(home: Path, environment: dict[str, str], commands: list[str]) -> Iterator[Served]:
    """Run `flowdesk <command>` once per entry, each on a port of its own, on one database."""
    ours = {"FLOWDESK_DATA": str(home), "FLOWDESK_SMTP_LISTEN": "off", "FLOWDESK_DEMO": "0", **environment}
    ours["FLOWDESK_SECRET_KEY"] = "s" * 40
    running: list[subprocess.Popen[bytes]] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ours.items():
            patch.setenv(name, value)
        settings.cache_clear()
        flask = create_app()
        upgrade(flask)
        with flask.app_context():
            desk = Served([free_port() for _ in commands], _prepare())
            try:
                for command, port in zip(commands, desk.ports, strict=True):
                    log = home / f"{command}-{port}.log"
                    env = {**os.environ, "FLOWDESK_PORT": str(port)}
                    with log.open("ab") as out:
                        running.append(subprocess.Popen([FLOWDESK, command], env=env, stdout=out, stderr=out, cwd=ROOT))
                    _until_ready(port, running[-1], log)
                yield desk
            finally:
                desk.pool.shutdown()
                _stop(running)
                db.session.remove()
                db.engine.dispose()
                settings.cache_clear()


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        process.wait(30)
