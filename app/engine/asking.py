"""Jobs asked for in the running transaction: written with its end, and done by then where a quick one walked on."""

from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.db import db, execute, new_public_id, of_transaction
from app.engine.models import Job

_ASKED, _ENDED = "engine.asked", "engine.ended"
_TABLE = Job.metadata.tables["job"]
_COLUMNS = [column.name for column in _TABLE.c if not column.primary_key]
_INSERT = insert(_TABLE).returning(_TABLE.c.id, _TABLE.c.public_id)
_OUTCOME = ("state", "result", "finished_at")
_END = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("which"))
    .values({name: bindparam(name, type_=_TABLE.c[name].type) for name in _OUTCOME})
)


def ask(topic: str, params: dict[str, Any], **place: Any) -> Job:
    """Ask for a job; `place` are the columns that say where it belongs. Its row comes with the end of the walk."""
    now = clock.now()
    begun = {"state": "queued", "attempts": 0, "fence": 0, "due_at": now, "created_at": now, "error": "", "element": ""}
    job = Job(public_id=new_public_id(), topic=topic, params=params, **{**begun, **place})
    asked().append(job)
    return job


def again(job: Job) -> None:
    """Let the workers be told of a job that has a row."""
    asked().append(job)


def end(job: Job, state: str, result: dict[str, Any] | None) -> None:
    """Say what became of a job; that too is written with the end of the walk."""
    outcome = dict(zip(_OUTCOME, (state, result, clock.now()), strict=True))
    for name, value in outcome.items():
        set_committed_value(job, name, value)
    if job.id is not None:
        of_transaction().setdefault(_ENDED, []).append({"which": job.id, **outcome})


def asked() -> list[Job]:
    """Return the jobs asked for in this transaction that the workers have not been told of."""
    return of_transaction().setdefault(_ASKED, [])  # type: ignore[no-any-return]


def write() -> list[int]:
    """Write the rows; return the ids of those still to be done."""
    if ended := db.session.info.pop(_ENDED, None):
        execute(_END, ended)
    jobs = db.session.info.pop(_ASKED, [])
    told = [job.id for job in jobs if job.id is not None]
    if fresh := [{name: getattr(job, name) for name in _COLUMNS} for job in jobs if job.id is None]:
        written = {public_id: ident for ident, public_id in execute(_INSERT, fresh)}
        for job in jobs:
            job.id = written.get(job.public_id, job.id)
            told += [job.id] if job.state == "queued" and job.public_id in written else []
    return told


def forget(info: dict[Any, Any]) -> None:
    """Forget what a transaction that is over asked for."""
    info.pop(_ASKED, None)
    info.pop(_ENDED, None)
