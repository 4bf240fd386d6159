"""One desk on one database, acted on by a single thread: what doors, workers and clock do, in an order of our own."""

import re
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock, departments, people, serving
from app.channels.mail.listen import Envelope
from app.channels.outbox import Outgoing
from app.channels.raw import RawMessage
from app.db import db
from app.engine import jobs
from app.engine.models import Incident, Instance, Job, KeptMessage, Step, Timer, UserTask
from app.events import Event
from app.migrating import upgrade
from app.people import tokens
from app.tickets.messages import Message, Proposal
from app.tickets.ticket import Ticket
from workers import clock as duties
from workers import reaping, runner

PATIENCE = timedelta(seconds=30)
"""How much later somebody looks after what a dead process left: its lease is over by then."""


class Stage:
    """`home` keeps between processes what the callers outside know."""

    def __init__(self, app: Flask, home: Path) -> None:
        self.app = app
        self.home = home

    def found(self) -> None:
        """Make the desk: migrations, drawings, one agent."""
        upgrade(self.app)
        with self.app.app_context():
            ann = people.add("ann@desk.example", "Ann Agent", "admin", by="system")
            departments.join(departments.by_key("support"), ann, by="system")
            (self.home / "token").write_text(tokens.create(ann, by="system"))
            db.session.commit()
            db.session.remove()

    def keep(self, raw: bytes, rcpt_to: list[str] | None = None) -> None:
        """Take a mail as the listener does."""
        to = rcpt_to or ["support@flowdesk.localhost"]
        serving.keep(self.app, Envelope(raw=raw, mail_from="maria@acme.example", rcpt_to=tuple(to), peer="127.0.0.1"))

    def api(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> TestResponse:
        """Call the API as the agent."""
        given = {"Authorization": f"Bearer {(self.home / 'token').read_text()}", **(headers or {})}
        more = {} if body is None else {"json": body}
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=given, **more)

    def fire_due(self) -> None:
        with self.app.app_context():
            while duties.fire_due():
                pass

    def tell(self, what: str) -> None:
        """Note that a caller was answered."""
        (self.home / f"told-{what}").touch()

    def was_told(self, what: str) -> bool:
        return (self.home / f"told-{what}").exists()

    def let_go(self) -> None:
        """Close every connection to the database."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def forget_what_was_told(self) -> None:
        for file in self.home.glob("told-*"):
            file.unlink()

    def work(self) -> None:
        """Do what is queued until nothing is, as a worker does."""
        with self.app.app_context():
            while found := db.session.scalars(_due()).all():
                db.session.rollback()
                for job_id in found:
                    runner.run(job_id)

    def look_after(self) -> None:
        """Do, later, what the sweeper finds."""
        with self.app.app_context(), clock.held(clock.now() + PATIENCE):
            for _ in range(100):
                found = jobs.missed(grace=timedelta())
                db.session.rollback()
                if not found:
                    return
                for job_id in found:
                    runner.run(job_id)

    def reap(self) -> None:
        """End, when its time is over, the transaction of a process that stands still."""
        with self.app.app_context():
            for _ in range(60):
                time.sleep(0.5)
                if reaping.reap():
                    return

    def reply_addresses(self) -> list[str]:
        """Return where the customer's answers to the desk's mails go."""
        with self.app.app_context():
            mails = db.session.scalars(select(Outgoing).where(Outgoing.reference.like("message:%"))).all()
            return [str(_header(mail.raw, "Reply-To")) for mail in mails]

    def facts(self) -> dict[str, Any]:
        """Return everything that must be the same whether or not somebody died on the way."""
        with self.app.app_context():
            rows = _rows
            return {
                "tickets": [status for (status,) in rows(Ticket.status)],
                "raw": rows(RawMessage.state),
                "instances": rows(Instance.business_key, Instance.definition_id, Instance.status),
                "waiting": [e for e, state in rows(UserTask.element, UserTask.state) if state == "open"],
                "tasks": rows(UserTask.element, UserTask.state),
                "jobs": rows(Job.topic, Job.element, Job.state),
                "timers": rows(Timer.element, Timer.state),
                "unfinished": [row for row in rows(Job.topic, Job.state) if row[1] not in {"done", "dropped"}],
                "fired more than once": _fired_often(),
                "incidents": rows(Incident.element, Incident.text),
                "kept": rows(KeptMessage.message),
                "steps": sorted(
                    Counter(f"{kind} {element}" for kind, element in rows(Step.kind, Step.element)).items()
                ),
                "events": sorted(Counter(name for (name,) in rows(Event.name)).items()),
                "proposals": rows(Proposal.kind),
                "messages": rows(Message.kind, Message.body),
                # The Message-ID holds chance, so only the sweep itself looks at it.
                "mails": _plain_rows(Outgoing.reference, Outgoing.message_id, Outgoing.state),
                "deliveries": _plain_rows(Message.message_id, Message.delivery),
            }


def _fired_often() -> int:
    """Return how many more firings were written down than timers fired."""
    fired = [state for (state,) in _plain_rows(Timer.state)].count("fired")
    return [kind for (kind,) in _plain_rows(Step.kind)].count("timer") - fired


def _plain_rows(*columns: Any) -> list[tuple[Any, ...]]:
    return sorted(map(tuple, db.session.execute(select(*columns)).all()), key=repr)


def _rows(*columns: Any) -> list[tuple[Any, ...]]:
    """Return rows without the numbers in them: what is rolled back takes its numbers along."""
    unnumbered = [tuple(_NUMBER.sub("#", v) if isinstance(v, str) else v for v in row) for row in _plain_rows(*columns)]
    return sorted(unnumbered, key=repr)


_NUMBER = re.compile(r"\d+")


def _due() -> Any:
    return select(Job.id).where(Job.state == "queued", Job.due_at <= clock.now()).order_by(Job.id)


def _header(raw: bytes, name: str) -> str:
    from email import message_from_bytes, policy

    return str(message_from_bytes(raw, policy=policy.default)[name])
