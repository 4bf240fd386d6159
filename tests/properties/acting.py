"""What is done to an instance of a generated drawing, and what its rows say it waits for."""

from itertools import count

from properties.blocks import Block
from properties.drawn import drawn
from properties.token_model import Waits
from sqlalchemy import select

from app import engine
from app.db import Base, db
from app.engine import jobs, library, timers
from app.engine.models import Instance, Job, KeptMessage, Subscription, Timer, UserTask

AGENT = "agent:1"
_TABLES = ["step", "incident", "kept_message", "subscription", "timer", "user_task", "job", "instance", "definition"]
_numbers = count()


def commit() -> None:
    """Commit as a door does, and forget the instances in hand."""
    engine.save_all()
    db.session.commit()
    db.session.remove()


def deploy(block: Block) -> str:
    """Keep a drawing under a key nobody used before and return the key."""
    key = f"p{next(_numbers)}"
    for xml in drawn(block, key):
        library.store(xml, note="generated", by="system")
    return key


def forget_all() -> None:
    """Delete every drawing and instance."""
    db.session.rollback()
    for name in _TABLES:
        db.session.execute(Base.metadata.tables[name].delete())
    db.session.commit()
    db.session.remove()


def instance_of(key: str) -> Instance:
    return db.session.scalars(select(Instance).where(Instance.business_key == key)).one()


def open_rows(key: str) -> Waits:
    """Return what the rows of an instance say is waited for; an element that waits twice is an error."""
    here = instance_of(key).id
    rows: list[tuple[str, str]] = []
    for kind, model, live in (
        ("task", UserTask, UserTask.state == "open"),
        ("job", Job, Job.state.in_(("queued", "leased", "failed"))),
        ("timer", Timer, Timer.state == "waiting"),
        ("message", Subscription, Subscription.id > 0),
    ):
        query = select(model.element).where(model.instance_id == here, live)  # type: ignore[attr-defined]
        rows += [(element, kind) for element in db.session.scalars(query)]
    assert len(rows) == len(dict(rows)), rows
    return dict(rows)


def kept(key: str) -> list[str]:
    """Return the messages kept for an instance, oldest first."""
    query = select(KeptMessage.message).where(KeptMessage.instance_id == instance_of(key).id)
    return list(db.session.scalars(query.order_by(KeptMessage.id)))


def open_task(key: str, element: str) -> str:
    """Return the public id of the open task at an element."""
    query = select(UserTask.public_id).filter_by(business_key=key, element=element, state="open")
    return db.session.scalars(query).one()


def waiting_timer(key: str, element: str) -> int:
    """Return the id of the timer that waits at an element."""
    query = select(Timer.id).filter_by(instance_id=instance_of(key).id, element=element, state="waiting")
    return db.session.scalars(query).one()


def claimed(key: str, element: str) -> Job | None:
    """Claim the job at an element; None when it failed and waits for a person."""
    live = Job.state.in_(("queued", "leased"))
    query = select(Job.id).where(Job.instance_id == instance_of(key).id, Job.element == element, live)
    job_id = db.session.scalar(query)
    return jobs.claim(job_id) if job_id is not None else None


def act(key: str, kind: str, element: str, choice: int) -> None:
    """Let what an element waits for happen, and commit."""
    match kind:
        case "task":
            engine.complete_task(open_task(key, element), {"choice": choice}, by=AGENT)
        case "timer":
            assert timers.wake(waiting_timer(key, element))
        case "message":
            assert engine.deliver(element, key, {"said": element}, by=AGENT) == 1
        case "job":
            job = claimed(key, element)
            assert job is not None
            jobs.finish(job, {"said": "1"})
    commit()
