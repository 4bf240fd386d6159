"""A reply to the customer: completes the waiting reply task where there is one, and is sent in any case."""

from collections.abc import Iterable

from app import engine
from app.engine.models import UserTask
from app.people.agent import Agent
from app.tickets import conversation, fields, status
from app.tickets.members import final
from app.tickets.messages import Message
from app.tickets.ticket import Ticket

FORM = "reply"


def send(
    ticket: Ticket,
    body: str,
    *,
    agent: Agent,
    attachments: Iterable[tuple[str, str, bytes]] = (),
    then: str = "in_progress",
    task: UserTask | None = None,
) -> Message:
    """Write the reply and move the process on; raise Invalid for an empty one.

    `then` is in_progress, waiting or resolve, which is refused while a custom field is missing. Without `task` the
    ticket's open reply task is answered. A reply to a merged ticket is one to what it is merged into.
    """
    ticket = final(ticket)
    if then == "resolve":
        fields.check_resolvable(ticket)
    waiting = task or next((t for t in engine.open_tasks(ticket.key) if t.form == FORM), None)
    message = conversation.reply(ticket, agent=agent, body=body, attachments=attachments)
    if waiting is not None:
        answer = {"body": body, "then": then}
        engine.complete_task(waiting.public_id, answer, by=agent.actor, extra={"message": message.id})
        return message
    engine.enqueue("mail.send_reply", {"message": message.id}, unique_key=f"send:{message.id}")
    if then == "resolve":
        status.change(ticket, "resolved", by=agent.actor, reason="Resolved with the reply.")
    elif then == "waiting" and not (ticket.status == "waiting" and ticket.wait_reason == "delivery"):
        status.change(ticket, "waiting", by=agent.actor, wait_reason="customer")
    return message
