"""Compare what Flowdesk spends with the engine's floor, in one run: python bench/floor.py [ROUNDS], 60 unless told.

The floor is what no engine with this state can do without, in a bare script: read the row, restore the instance,
complete the task, walk to the next wait, save, write the row, commit. Everything runs on the same SQLite file, in
turns, so that a busy machine is as busy for each. Figures are medians of CPU time in this process.

A job is measured twice. Those that follow a triage do the work of their rooms as well: filing, clocks, mail. One whose
operation does nothing shows what the engine itself adds; its own drawing is small, so its own floor is told as well.
"""

import sqlite3
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import _nothing
from _desk import agent, cpu, database, desk, open_ticket, ticket, work
from _told import tell, tell_ratio
from flask.testing import FlaskClient
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import Engine, event, func, select, update

from app import engine, intake, people, relay
from app.db import db
from app.engine import library, state
from app.engine.dialect import ServiceJob
from app.engine.library import Plan
from app.engine.models import Instance, Job
from workers import runner

FORM = {"department": "support", "category": "billing", "priority": "medium"}
REPLY = {"body": "Thank you, we look into it.", "then": "in_progress"}
MAIL = (
    "From: Eve <eve{0}@acme.example>\r\nTo: support@flowdesk.localhost\r\nSubject: Invoice {0} is wrong\r\n"
    "Message-ID: <{0}@acme.example>\r\nDate: Fri, 27 Nov 2026 10:00:00 +0000\r\n\r\n"
    "Hello,\r\nyour invoice {0} charges us twice for March. Please refund.\r\nEve\r\n"
)
WARM_UP = 10
NOTHING = "a worker's process job that does nothing"
GOALS = {"a task completed through the API": 3, "a worker's process job": 2, "mail → assigned ticket": 15, NOTHING: 2}
STATEMENTS = 12


def main() -> None:
    """Print the figures."""
    rounds = WARM_UP + (int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    spent: dict[str, list[float]] = defaultdict(list)
    with desk() as flask:
        api = Api(flask.test_client(), people.tokens.create(agent(), by="system"))
        _nothing.offer()
        relay.commit()
        bare = Bare([instance_of(open_ticket(number, "Hm.")) for number in range(rounds)])
        idle = Bare(idle_instances(rounds))
        waiting = [open_ticket(rounds + number, "Hm.") for number in range(rounds + 2)]
        for number in range(rounds):
            spent["the engine's floor"].append(cpu(lambda number=number: bare.complete(number)))
            spent["the floor of a job that does nothing"].append(cpu(lambda number=number: idle.complete(number)))
            job = job_of_nothing(number)
            spent[NOTHING].append(cpu(lambda job=job: runner.run(job)))
            task = open_task(waiting[number])
            spent["a task completed through the API"].append(cpu(lambda task=task: api.complete(task, FORM)))
            done = jobs_done()
            took = cpu(work)
            spent["a worker's process job"].append(took / (jobs_done() - done))
            spent["mail → assigned ticket"].append(cpu(lambda number=number: receive(number)))
            work()
        asked = {"triage": api.statements(waiting[-2], FORM), "reply": 0}
        work()
        asked["reply"] = api.statements(waiting[-2], REPLY)
        work()
        with counted() as statements:
            receive(rounds)
    medians = {name: statistics.median(took[WARM_UP:]) for name, took in spent.items()}
    low, lower = medians["the engine's floor"], medians["the floor of a job that does nothing"]
    for name, took in medians.items():
        tell(f"{name}, CPU", f"{took:.2f} ms")
        if name in GOALS:
            tell_ratio(f"{name} / the floor", took / low, f"≤ {GOALS[name]}")
    tell(f"{NOTHING} / its own floor", f"{medians[NOTHING] / lower:.2f}")
    for name, number in asked.items():
        tell(f"SQL statements to complete a {name} task", str(number), f"goal ≤ {STATEMENTS}")
    tell("SQL statements from a mail to its assigned ticket", str(len(statements)))


# What is left to be done then is to hand the acknowledgement to the mail server.
_NEXT = select(Job.id).where(Job.state == "queued", Job.topic != "mail.deliver").order_by(Job.id).limit(1)


class Bare:
    """The floor: instances completed with nothing around the engine."""

    def __init__(self, keys: list[int]) -> None:
        self.keys = keys
        self.plan: Plan = library.plan(db.session.get_one(Instance, keys[0]).definition)
        db.session.remove()
        self.connection = sqlite3.connect(database(), isolation_level=None)

    def complete(self, number: int) -> None:
        """Complete the one task, of a person or a worker, an instance waits with."""
        key = self.keys[number]
        self.connection.execute("BEGIN IMMEDIATE")
        [kept] = self.connection.execute("SELECT state FROM instance WHERE id = ?", (key,)).fetchone()
        workflow = state.restore(kept, self.plan)
        [task] = [one for one in workflow.get_tasks(state=TaskState.READY | TaskState.STARTED) if waits(one)]
        task.data.update(FORM)
        task.run() if task.state == TaskState.READY else task.complete()
        workflow.do_engine_steps()
        self.connection.execute("UPDATE instance SET state = ? WHERE id = ?", (state.save(workflow), key))
        self.connection.execute("COMMIT")


def waits(task: Task) -> bool:
    """Say whether a person or a worker answers a task."""
    return bool(task.task_spec.manual) or isinstance(task.task_spec, ServiceJob)


class Api:
    """Completes tasks as a program does."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def complete(self, task: str, form: dict[str, str]) -> None:
        """Complete a task."""
        answer = self.client.post(f"/api/v1/tasks/{task}/completion", json=form, headers=self.headers)
        assert answer.status_code == 200, answer.text

    def statements(self, ident: int, form: dict[str, str]) -> int:
        """Return how many SQL statements the completion of a ticket's task takes."""
        task = open_task(ident)
        with counted() as statements:
            self.complete(task, form)
        return len(statements)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of the enclosed work, without BEGIN and COMMIT."""
    statements: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    yield statements
    event.remove(Engine, "before_cursor_execute", listen)
    statements[:] = [one for one in statements if not one.startswith("BEGIN")]


def instance_of(ident: int) -> int:
    """Return the key of the instance that a ticket began with."""
    return engine.instances_of(ticket(ident).key)[0].id


def idle_instances(count: int) -> list[int]:
    """Return the keys of instances whose job does nothing; none of these jobs is to be done by a worker."""
    keys = [_nothing.begin(number) for number in range(count)]
    relay.commit()
    db.session.execute(update(Job).where(Job.instance_id.in_(keys)).values(state="dropped"))
    db.session.commit()
    return keys


def job_of_nothing(number: int) -> int:
    """Ask for a job that does nothing and return its key."""
    instance = _nothing.begin(WARM_UP * 1_000 + number)
    relay.commit()
    found = db.session.scalars(select(Job.id).where(Job.instance_id == instance)).one()
    db.session.remove()
    return found


def open_task(ident: int) -> str:
    """Return the public id of a ticket's one open task."""
    [task] = engine.open_tasks(ticket(ident).key)
    public_id = task.public_id
    db.session.remove()
    return public_id


def jobs_done() -> int:
    """Return how many jobs of processes have been done."""
    done = db.session.scalar(select(func.count()).where(Job.state == "done", Job.instance_id.is_not(None))) or 0
    db.session.remove()
    return done


def receive(number: int) -> None:
    """Take a mail in and let the workers do what follows from it, until its ticket is assigned."""
    intake.keep_mail(MAIL.format(number).encode(), source="api")
    relay.commit()
    while (job_id := db.session.scalar(_NEXT)) is not None:
        db.session.remove()
        runner.run(job_id)


if __name__ == "__main__":
    main()
