"""The ways through the desk that a process dies on: how each is prepared, gone, and gone again by its caller."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from stage import Stage

CUSTOMER = "maria@acme.example"
KEY = {"Idempotency-Key": "one click"}
SILENCE = timedelta(hours=49)


def raw(subject: str, body: str, **headers: str) -> bytes:
    """Return a mail of the customer, the same bytes every time."""
    head = {"From": f"Maria <{CUSTOMER}>", "To": "support@flowdesk.localhost", "Subject": subject, **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in head.items()]
    return "\r\n".join([*lines, "", body, ""]).encode()


REQUEST = raw("Invoice 4711 is wrong", "You charged us twice for March.", Message_ID="<first@acme.example>")


def nothing(_stage: Stage) -> None:
    """Begin with an empty desk."""


def waiting(stage: Stage) -> None:
    """Begin with a ticket that waits for its reply."""
    stage.keep(REQUEST)
    stage.work()


def answered(stage: Stage) -> None:
    """Begin with a ticket that was answered and listens for the customer."""
    waiting(stage)
    reply(stage)
    stage.work()


def intake(stage: Stage) -> None:
    """A mail comes in and goes all the way to its agent, acknowledged and with a draft."""
    if not stage.was_told("mail"):
        stage.keep(REQUEST)
        stage.tell("mail")


def reply(stage: Stage) -> None:
    """An agent replies; the click is repeated with its key until it is answered."""
    if not stage.was_told("reply"):
        said = {"body": "Here is the corrected invoice.", "kind": "reply"}
        [number] = [ticket["number"] for ticket in stage.api("GET", "/tickets").json["items"]]
        answer = stage.api("POST", f"/tickets/{number}/messages", said, KEY)
        assert answer.status_code == 201, answer.text
        stage.tell("reply")


def timer(stage: Stage) -> None:
    """The customer stays silent; the clock fires what came due meanwhile."""
    stage.fire_due()


def draft(stage: Stage) -> None:
    """The customer answers, so that another reply is drafted."""
    if not stage.was_told("answer"):
        [reply_to, *_] = stage.reply_addresses()
        stage.keep(raw("Re: Invoice", "Thank you, but it is still wrong.", To=reply_to), rcpt_to=[reply_to])
        stage.tell("answer")


@dataclass(frozen=True)
class Way:
    """`go` is what callers do, and do again when nobody answered them; `later` is how far the clock is ahead."""

    prepare: Callable[[Stage], None]
    go: Callable[[Stage], None]
    later: timedelta = timedelta()
    expected: tuple[tuple[str, Any], ...] = ()
    may_differ: frozenset[str] = frozenset()
    """What depends on which of several timers that are due together comes first, and is right either way."""


ORDER = frozenset({"jobs", "timers", "steps", "events"})
PATHS = {
    "intake": Way(nothing, intake, expected=(("tickets", ["open"]), ("waiting", ["Activity_Reply"]))),
    "reply": Way(waiting, reply, expected=(("tickets", ["in_progress"]), ("waiting", []))),
    "timer": Way(answered, timer, SILENCE, expected=(("tickets", ["waiting"]), ("waiting", [])), may_differ=ORDER),
    "draft": Way(answered, draft, expected=(("tickets", ["customer_responded"]), ("waiting", ["Activity_Reply"]))),
}
