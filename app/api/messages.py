"""Messages of a ticket: replies to the customer, notes for the desk."""

from typing import Literal

from pydantic import Field

from app import reply
from app.api import answers, asks, auth, document, shapes
from app.api.effect import effect
from app.tickets import conversation, finding
from app.tickets.members import final
from app.tickets.messages import Message

blueprint = document.noun("messages", "What is said on a ticket.")


class NewMessage(asks.Ask):
    body: asks.Text
    kind: Literal["reply", "note"] = "reply"
    attachments: asks.Files
    then: Literal["in_progress", "waiting", "resolve"] = Field(
        "in_progress", description="What becomes of the ticket after a reply."
    )


@blueprint.post("/tickets/<number>/messages", responses={201: answers.Message})
@effect(201, shapes.message)
def create(path: asks.ByNumber, body: NewMessage) -> Message:
    """Reply to the customer, which completes the reply task that waits, or leave a note."""
    ticket, agent = final(finding.by_number(path.number)), auth.agent()
    files = [file.attached() for file in body.attachments]
    if body.kind == "note":
        return conversation.note(ticket, agent=agent, body=body.body, attachments=files)
    return reply.send(ticket, body.body, agent=agent, attachments=files, then=body.then)
