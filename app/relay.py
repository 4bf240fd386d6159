"""The relay: what rooms recorded becomes a message of the same name to waiting processes, in the same transaction."""

from collections.abc import Collection

from sqlalchemy import select

from app import engine, queue
from app.db import db
from app.events import Event, take_pending
from app.tickets.ticket import Ticket

MAX_ROUNDS = 1_000


def _lock(business_keys: Collection[str], pass_over: bool) -> set[str]:
    tickets = {
        int(number): key for key in business_keys for kind, _, number in [key.partition(":")] if kind == "ticket"
    }
    query = select(Ticket.id).where(Ticket.id.in_(tickets)).order_by(Ticket.id)
    got = db.session.scalars(query.with_for_update(key_share=True, skip_locked=pass_over)).all() if tickets else ()
    return {key for key in business_keys if key not in tickets.values()} | {tickets[ident] for ident in got}


engine.lock_first(_lock)


def settle() -> None:
    """Deliver recorded events, and those that follow from them, without committing."""
    for _ in range(MAX_ROUNDS):
        pending = take_pending()
        if not pending:
            return
        db.session.flush()
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
