"""Compare completing a user task through the API with the engine's floor: python bench/floor.py [TASKS].

The floor is what no engine with this state can do without, in a bare script: read the row, restore the instance,
complete the task, walk to the next wait, save, write the row, commit. Both do the same triage task of the same drawing
on the same SQLite file. The goal is a ratio of at most 3.
"""

import sqlite3
import statistics
import sys

from _desk import agent, cpu, database, desk, open_ticket, ticket
from flask import Flask
from flask.testing import FlaskClient
from SpiffWorkflow.util.task import TaskState

from app import engine, people, relay
from app.db import db
from app.engine import library, state
from app.engine.library import Plan

FORM = {"department": "support", "category": "billing", "priority": "medium"}
WARM_UP = 10


def main() -> None:
    """Print the figures."""
    tasks = WARM_UP + (int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    with desk() as flask:
        token = people.tokens.create(agent(), by="system")
        relay.commit()
        tickets = [open_ticket(number, "Hm.") for number in range(tasks * 2)]
        bare = floor(tickets[:tasks])
        api = through_the_api(flask, token, tickets[tasks:])
    low, high = (statistics.median(took[WARM_UP:]) for took in (bare, api))
    print(f"the engine's floor         {low:6.2f} ms CPU (median of {tasks - WARM_UP})")
    print(f"through the API            {high:6.2f} ms CPU, ratio {high / low:.2f}")


def floor(tickets: list[int]) -> list[float]:
    """Return the CPU milliseconds of each task completed with nothing around the engine."""
    instances = [engine.instances_of(ticket(ident).key)[0] for ident in tickets]
    request = next(one.definition for one in instances)
    plan, keys = library.plan(request), [one.id for one in instances]
    db.session.remove()
    connection = sqlite3.connect(database(), isolation_level=None)
    took = [cpu(lambda key=key: complete(connection, plan, key)) for key in keys]
    connection.close()
    return took


def complete(connection: sqlite3.Connection, plan: Plan, key: int) -> None:
    """Complete the one task an instance waits with."""
    connection.execute("BEGIN IMMEDIATE")
    [kept] = connection.execute("SELECT state FROM instance WHERE id = ?", (key,)).fetchone()
    workflow = state.restore(kept, plan)
    [task] = [one for one in workflow.get_tasks(state=TaskState.READY) if one.task_spec.manual]
    task.data.update(FORM)
    task.run()
    workflow.do_engine_steps()
    connection.execute("UPDATE instance SET state = ? WHERE id = ?", (state.save(workflow), key))
    connection.execute("COMMIT")


def through_the_api(flask: Flask, token: str, tickets: list[int]) -> list[float]:
    """Return the CPU milliseconds of each task completed by a POST."""
    public_ids = [engine.open_tasks(ticket(ident).key)[0].public_id for ident in tickets]
    db.session.remove()
    client = flask.test_client()
    return [cpu(lambda public_id=public_id: post(client, token, public_id)) for public_id in public_ids]


def post(client: FlaskClient, token: str, public_id: str) -> None:
    """Complete a task."""
    path, headers = f"/api/v1/tasks/{public_id}/completion", {"Authorization": f"Bearer {token}"}
    answer = client.post(path, json=FORM, headers=headers)
    assert answer.status_code == 200, answer.text


if __name__ == "__main__":
    main()
