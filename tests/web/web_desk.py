"""A desk as people meet it in the browser: signed in by the demo's buttons, forms sent with their CSRF token."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import intake, relay
from app.db import db
from app.engine.models import Job, UserTask
from workers import runner

MAIL = b"""From: Maria Lopes <maria@acme.example>\r
To: support@flowdesk.localhost\r
Subject: %(subject)s\r
Message-ID: <%(ident)s@acme.example>\r
MIME-Version: 1.0\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Hello, %(words)s</p>
"""


@dataclass
class Person:
    """Somebody in front of a browser."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page and note the token of its forms."""
        answer = self.client.get(path, **more)
        if found := re.search(r'name="csrf-token" content="([^"]+)"', answer.text):
            self.token = found[1]
        return answer

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form with its token."""
        return self.client.post(path, data={"csrf_token": self.token, **fields})

    def sign_in(self, public_id: str) -> "Person":
        """Sign in as a demo person."""
        self.get("/sign-in")
        assert self.post("/sign-in/demo", person=public_id).status_code == 303
        self.get("/")
        return self


@dataclass
class WebDesk:
    """An application with one agent per role, all of them in the department `support`."""

    flask: Flask
    people: dict[str, str]
    mails: int = field(default=0)

    def anybody(self) -> Person:
        """Return somebody who is not signed in."""
        return Person(self.flask.test_client())

    def person(self, role: str = "agent") -> Person:
        """Return somebody of a role, signed in."""
        return self.anybody().sign_in(self.people[role])

    def mail(
        self, subject: str = "My invoice is wrong", words: str = "please look at invoice 17.", sender: str = ""
    ) -> str:
        """Let a mail come in and all work be done; return the number of its ticket.

        Without a `sender` on its envelope, machines do not answer it.
        """
        self.mails += 1
        raw = MAIL % {b"subject": subject.encode(), b"words": words.encode(), b"ident": f"m{self.mails}".encode()}
        with self.flask.app_context():
            kept = intake.keep_mail(raw, source="smtp", mail_from=sender, rcpt_to=["support@flowdesk.localhost"])
            relay.commit()
            ident = kept.id
        self.work()
        return self.ask("SELECT t.number FROM raw_message r JOIN ticket t ON t.id = r.ticket_id WHERE r.id = ?", ident)

    def work(self) -> None:
        """Do every queued job, as workers would."""
        with self.flask.app_context():
            while found := db.session.scalars(select(Job.id).where(Job.state == "queued", Job.attempts == 0)).all():
                db.session.rollback()
                for job_id in found:
                    runner.run(job_id)
            db.session.remove()

    def ask(self, query: str, *values: Any) -> Any:
        """Return the first value of a query straight from the database."""
        with self.flask.app_context(), db.engine.connect() as connection:
            row = connection.exec_driver_sql(query, values).fetchone()
            return row[0] if row else None

    def task(self, number: str) -> UserTask | None:
        """Return the open task of a ticket."""
        with self.flask.app_context():
            key = f"ticket:{self.ask('SELECT id FROM ticket WHERE number = ?', number)}"
            return db.session.scalar(select(UserTask).where(UserTask.business_key == key, UserTask.state == "open"))
