"""The relay: what rooms recorded becomes a message of the same name to waiting processes, in the same transaction."""

from collections.abc import Collection

from app import engine, queue
from app.db import db
from app.events import Event, take_pending
from app.tickets import changes

MAX_ROUNDS = 1_000


def _lock(business_keys: Collection[str], pass_over: bool) -> set[str]:
    named = (key.partition(":") for key in business_keys)
    tickets = {int(number): f"{kind}:{number}" for kind, _, number in named if kind == "ticket"}
    got = changes.hold_all(tickets, pass_over) if tickets else ()
    return set(business_keys) - set(tickets.values()) | {tickets[ident] for ident in got}


engine.lock_first(_lock)


def settle() -> None:
    """Deliver recorded events, and those that follow from them, without committing."""
    for _ in range(MAX_ROUNDS):
        pending = take_pending()
        if not pending:
            return
        for event in pending:
            engine.deliver(event.name, _key(event), event.data, by=event.actor)
    raise RuntimeError("events keep causing events; a drawing answers a message with the same message")


def _key(event: Event) -> str:
    return f"ticket:{event.ticket_id}" if event.ticket_id is not None else event.subject


def commit() -> None:
    """Deliver, save what walked, commit, and only then nudge the workers."""
    settle()
    jobs = engine.save_all()
    db.session.commit()
    queue.nudge(jobs)
