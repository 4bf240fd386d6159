"""What people do in the demo, by the same calls as pages, API and mail listener make."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app import cards, clock, csat, engine, intake, people, tasks
from app import reply as replies
from app.cards import finding as boards
from app.channels.outbox import Outgoing
from app.channels.raw import RawMessage
from app.config import settings
from app.db import db
from app.demo.company import address_of
from app.demo.letters import Answered, Letter, files, write
from app.demo.script import Step, Story
from app.people import Agent
from app.tickets import conversation, finding
from app.tickets import status as statuses
from app.tickets.messages import Message
from app.tickets.ticket import Ticket


@dataclass
class Scene:
    """Where a story stands: its ticket once there is one, the mail that opens it until then."""

    story: Story
    mails: int = 0
    raw_id: int | None = None
    ticket_id: int | None = None

    def ticket(self) -> Ticket:
        """Return the story's ticket; raise LookupError while there is none."""
        if self.ticket_id is None and self.raw_id is not None:
            self.ticket_id = db.session.get_one(RawMessage, self.raw_id).ticket_id
        if self.ticket_id is None:
            raise LookupError(f"The story {self.story.name} has no ticket.")
        return finding.by_id(self.ticket_id)

    def agent(self, key: str = "") -> Agent:
        """Return who acts: the one named, else who holds the ticket, else the first of its department."""
        agent = people.by_email(address_of(key)) if key else self.ticket().assignee
        return agent or self.ticket().department.members[0]

    def task(self, form: str) -> str | None:
        """Return the open task of a form."""
        return next((task.public_id for task in engine.open_tasks(self.ticket().key) if task.form == form), None)


def do(scene: Scene, step: Step) -> None:
    """Let one step happen; the caller commits."""
    _ACTS[step.act](scene, step.said, **step.details)


def mail(scene: Scene, said: str, *, sender: str = "", attach: tuple[str, ...] = (), automatic: bool = False) -> None:
    """A mail comes in; all but the first of a story answer the desk's latest to that ticket, if there is one."""
    first = scene.mails == 0 and scene.ticket_id is None
    scene.mails += 1
    letter = Letter(
        ident=f"{scene.story.name}.{scene.mails}",
        sender=sender or scene.story.sender,
        to=f"{scene.story.to}@{settings().mail_domain}",
        subject=scene.story.subject,
        text=said if first else _named(said, scene.agent()),
        at=clock.now(),
        files=files(attach),
        automatic=automatic,
        answers=None if first else _latest(scene.ticket()),
    )
    raw, recipient = write(letter)
    row = intake.keep_mail(raw, source="smtp", mail_from=letter.address, rcpt_to=[recipient])
    scene.raw_id = scene.raw_id or row.id


def request(scene: Scene, said: str) -> None:
    """Somebody fills in the form of the portal, or an agent does after a call."""
    story = scene.story
    name, _, address = story.sender.rstrip(">").partition(" <")
    ticket = intake.open_request(
        subject=story.subject,
        body=said.strip(),
        email=address,
        name=name,
        channel=story.channel,
        department=story.to,
        by=_actor(story.taken_by),
    )
    scene.ticket_id = ticket.id


def triage(scene: Scene, said: dict[str, Any]) -> None:
    """An agent files the ticket where the desk was not sure itself."""
    if (task := scene.task("triage")) is not None:
        tasks.complete(task, said, agent=scene.agent())


def reply(scene: Scene, said: str, *, then: str, by: str = "", attach: tuple[str, ...] = ()) -> None:
    """An agent answers."""
    agent = scene.agent(by)
    replies.send(scene.ticket(), _named(said, agent), agent=agent, attachments=files(attach), then=then)


def note(scene: Scene, said: str, *, by: str = "") -> None:
    """An agent writes down what only colleagues see."""
    conversation.note(scene.ticket(), agent=scene.agent(by), body=said)


def resolve(scene: Scene, said: str, *, note: str = "") -> None:
    """An agent answers the task to resolve; raise LookupError where there is none."""
    task = scene.task("resolve")
    if task is None:
        raise LookupError(f"In {scene.story.name} there is nothing to resolve yet.")
    tasks.complete(task, {"resolution": said, "note": note}, agent=scene.agent())


def status(scene: Scene, said: str, *, reason: str, wait_reason: str | None = None) -> None:
    """An agent sets the status by hand."""
    statuses.change(scene.ticket(), said, by=scene.agent().actor, reason=reason, wait_reason=wait_reason)


def rate(scene: Scene, said: int, *, comment: str = "") -> None:
    """The customer answers the latest survey."""
    survey = csat.latest(scene.ticket())
    if survey is None:
        raise LookupError(f"In {scene.story.name} nobody was asked for a rating.")
    csat.answer(survey, said, comment, by=scene.ticket().contact.actor)


def convert(scene: Scene, said: str) -> None:
    """An agent makes the ticket a card of a segment."""
    segment = boards.segment_at(said)
    cards.convert(scene.ticket(), segment.project, segment=segment, by=scene.agent().actor)


def deliver(scene: Scene, said: str) -> None:
    """Somebody finishes the card the ticket waits for."""
    for one in cards.cards_of(scene.ticket()):
        cards.complete(one.card, answer=said.strip(), by=scene.agent("carla").actor)


_ACTS = {act.__name__: act for act in (mail, request, triage, reply, note, resolve, status, rate, convert, deliver)}


def _actor(taken_by: str) -> str:
    agent = people.by_email(address_of(taken_by)) if taken_by else None
    return agent.actor if agent is not None else "system"


def _named(said: str, agent: Agent) -> str:
    return said.strip().replace("{agent}", agent.name.split()[0])


def _latest(ticket: Ticket) -> Answered | None:
    query = select(Outgoing, Message).join(Message, Message.id == Outgoing.conversation_id)
    row = db.session.execute(query.where(Outgoing.ticket_id == ticket.id).order_by(Outgoing.id.desc())).first()
    return None if row is None else Answered(raw=row[0].raw, text=row[1].body, at=row[0].created_at)
