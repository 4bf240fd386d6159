"""Mail handed to a whole desk in this process, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api.api_world import World
from sqlalchemy import select

from app import engine, intake, relay
from app.channels.outbox import Outgoing
from app.channels.raw import RawMessage
from app.db import db
from app.engine.models import Job
from app.people import Agent
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

SUPPORT = "support@flowdesk.localhost"


@dataclass(frozen=True)
class Outcome:
    """What is known of a mail that was handed in: its state, why, and its ticket's number if it has one."""

    id: str
    state: str
    problem: str
    ticket: str | None


@dataclass
class PostOffice:
    """The doors of a desk for mail; `come_home` makes its settings those in force."""

    world: World
    come_home: Callable[[], None]

    def hand_in(self, raw: bytes, *, mail_from: str = "eve@acme.example") -> Outcome:
        """Keep a mail, let all work be done, and return what became of it; no job may have failed.

        `mail_from` is the envelope's sender, empty for the null sender of reports.
        """
        with self.world.flask.app_context():
            kept = intake.keep_mail(raw, source="smtp", mail_from=mail_from, rcpt_to=[SUPPORT])
            relay.commit()
            ident = kept.id
            db.session.remove()
        self.world.work()
        with self.world.flask.app_context():
            assert engine.incidents() == []
            assert db.session.scalars(select(Job.topic).where(Job.state.not_in(("done", "dropped")))).all() == []
            row = db.session.get_one(RawMessage, ident)
            ticket = db.session.get(Ticket, row.ticket_id) if row.ticket_id else None
            return Outcome(row.public_id, row.state, row.problem, ticket.number if ticket else None)

    def sent(self) -> list[bytes]:
        """Return the mails the desk sent, oldest first."""
        with self.world.flask.app_context():
            return list(db.session.scalars(select(Outgoing.raw).order_by(Outgoing.id)))

    def message_id_of(self, number: str) -> str:
        """Return the Message-ID of the last mail a ticket sent."""
        own = select(Message.message_id).join(Ticket, Ticket.id == Message.ticket_id)
        own = own.where(Ticket.number == number, Message.direction == "out").order_by(Message.id.desc())
        with self.world.flask.app_context():
            return str(db.session.scalar(own.limit(1)))

    def ticket(self, number: str) -> Any:
        """Return a ticket as the API shows it."""
        return self.world.caller().get(f"/tickets/{number}")

    def reply(self, number: str, body: str) -> None:
        """Let the agent reply."""
        answer = self.world.caller()("POST", f"/tickets/{number}/messages", {"body": body, "kind": "reply"})
        assert answer.status_code == 201, answer.text
        self.world.work()

    def set_status(self, number: str, status: str) -> None:
        """Let the agent set a status."""
        answer = self.world.caller()("PUT", f"/tickets/{number}/status", {"status": status})
        assert answer.status_code == 200, answer.text
        self.world.work()

    def download(self, box: str, ident: str) -> bytes:
        """Return a raw mail as the agent, signed in at the mailbox page, downloads it."""
        client = self.world.flask.test_client()
        with self.world.flask.app_context():
            agent = db.session.scalars(select(Agent)).one()
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = agent.get_id(), True
        answer = client.get(f"/mailbox/{box}/{ident}/raw")
        assert answer.status_code == 200, answer.text
        return answer.data

    def count(self) -> int:
        """Return how many tickets there are."""
        return int(self.world.caller().get("/tickets")["total"])


def mail(body: str = "Your invoice 17 charges us twice.", **headers: str) -> bytes:
    """Return a mail of Eve's, plain enough to need no triage.

    `headers`, with underscores for hyphens, are added or, when empty, left out.
    """
    told = {"From": "Eve <eve@acme.example>", "To": SUPPORT, "Subject": "Invoice 17", "Message-ID": "<1@acme.example>"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
    return f"{head}\r\n{body}\r\n".encode()
