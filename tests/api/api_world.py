"""A desk behind the API, and callers who speak to it."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db import db
from app.engine.models import Job
from workers import runner


@dataclass
class Caller:
    """Somebody with a token; paths are below /api/v1."""

    client: FlaskClient
    token: str
    email: str = ""

    def __call__(self, method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        if json is not None:
            more["json"] = json
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def get(self, path: str) -> Any:
        """Return the JSON of a GET that must succeed."""
        answer = self("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def open_ticket(self, subject: str = "My invoice is wrong", **more: Any) -> Any:
        """Open a ticket of Eve and return it."""
        contact = {"email": "eve@example.com", "name": "Eve"}
        given = {"subject": subject, "body": "Please look at invoice 17.", "contact": contact, **more}
        answer = self("POST", "/tickets", given)
        assert answer.status_code == 201, answer.text
        return answer.json


@dataclass
class World:
    """A desk with one agent per role, all of them in the department `support`."""

    flask: Flask
    tokens: dict[str, str]

    def caller(self, role: str = "agent") -> Caller:
        return Caller(self.flask.test_client(), self.tokens[role], f"{role}@desk.test")

    def work(self) -> None:
        """Do every queued job, as workers would."""
        with self.flask.app_context():
            while found := db.session.scalars(select(Job.id).where(Job.state == "queued", Job.attempts == 0)).all():
                db.session.rollback()
                for job_id in found:
                    runner.run(job_id)
