"""Many callers complete one task at the same moment: one does, each of the others is told who was first and when."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial

import pytest
from api_world import World
from races.many import MOST, Many
from sqlalchemy import select

from app import relay
from app.db import db
from app.engine.models import Job
from app.tickets import conversation, finding, status
from workers import runner


def complete_by_api(world: World, ident: str, role: str) -> tuple[int, dict[str, object]]:
    answer = world.caller(role)("POST", f"/tasks/{ident}/completion", {"body": f"By {role}.", "then": "waiting"})
    return answer.status_code, answer.json


def race_by_api(world: World, clients: int) -> None:
    roles = [("agent", "senior", "manager", "admin")[n % 4] for n in range(clients)]
    number = world.caller().open_ticket(category="billing", priority="high")["number"]
    world.work()
    [task] = world.caller().get(f"/tasks?ticket={number}")["items"]
    while task["element"] != "Activity_Reply":
        done = world.caller()("POST", f"/tasks/{task['id']}/completion", task["form"]["data"])
        assert done.status_code == 200, done.text
        world.work()
        [task] = world.caller().get(f"/tasks?ticket={number}")["items"]
    with Many(world.flask) as many:
        answers = many.at_once(*(partial(complete_by_api, world, task["id"], role) for role in roles))
    [winner] = [body for code, body in answers if code == 200]
    refused = [(code, body) for code, body in answers if code != 200]
    assert len(refused) == clients - 1
    name = str(winner["completed_by"]).partition("@")[0].title()
    for code, body in refused:
        assert code == 409, body
        assert body["by"] == name
        assert name in str(body["detail"])
        assert str(body["at"])[:19] == str(winner["completed_at"])[:19]
    said = world.caller().get(f"/tickets/{number}")["messages"]
    assert len([one for one in said if one["kind"] == "reply"]) == 1


def test_of_eight_callers_of_the_api_one_completes_the_task(any_world: World) -> None:
    for _ in range(2):
        race_by_api(any_world, 8)


@pytest.mark.faults
def test_of_two_to_sixteen_callers_of_the_api_one_completes_the_task(any_world: World) -> None:
    for clients in range(2, MOST + 1):
        race_by_api(any_world, clients)


class BusyTicket:
    """A ticket that agents, its customer, workers and the clock work on at the same moment."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.number = world.caller().open_ticket(category="billing", priority="low")["number"]

    def agent(self, role: str, method: str, path: str, body: object = None) -> int:
        answer = self.world.caller(role)(method, path, body)
        # 409: somebody was first; 422: the ticket has moved on to where this cannot follow.
        assert answer.status_code in {200, 201, 409, 422}, answer.text
        return answer.status_code

    def customer(self) -> int:
        ticket = finding.by_number(self.number)
        conversation.from_customer(ticket, contact=ticket.contact, body="Any news?")
        status.customer_wrote(ticket, by=ticket.contact.actor)
        relay.commit()
        return 200

    def worker(self) -> int:
        jobs = db.session.scalars(select(Job.id).where(Job.state == "queued")).all()
        db.session.rollback()
        for job_id in jobs:
            runner.run(job_id)
        return 200

    def acts(self) -> list[Callable[[], int]]:
        here, priority = f"/tickets/{self.number}", self.chance.choice(["low", "medium", "high", "urgent"])
        state = self.chance.choice(["waiting", "resolved", "in_progress"])
        tasks = [task["id"] for task in self.world.caller().get(f"/tasks?ticket={self.number}")["items"]]
        possible: list[Callable[[], int]] = [
            partial(self.agent, "agent", "POST", f"{here}/messages", {"kind": "reply", "body": "We are on it."}),
            partial(self.agent, "manager", "POST", f"{here}/messages", {"kind": "note", "body": "Careful."}),
            partial(self.agent, "senior", "PUT", f"{here}/status", {"status": state, "reason": "So it is."}),
            partial(self.agent, "admin", "PUT", f"{here}/priority", {"priority": priority}),
            partial(self.agent, "agent", "PUT", f"{here}/department", {"department": "billing"}),
            partial(self.agent, "agent", "PUT", f"{here}/assignment", {"assignee": "senior@desk.test"}),
            *(partial(self.agent, "senior", "POST", f"/tasks/{ident}/claim") for ident in tasks),
            self.customer,
            self.worker,
            self.worker,
        ]
        return self.chance.sample(possible, k=min(len(possible), 8))


def work_together(world: World, seed: int, rounds: int) -> None:
    ticket = BusyTicket(world, random.Random(seed))
    with Many(world.flask) as many:
        for _ in range(rounds):
            answers = many.at_once(*ticket.acts())
            assert all(isinstance(one, int) for one in answers), answers
    world.work()
    assert world.caller("admin").get("/incidents")["items"] == []


def test_a_ticket_that_all_work_on_at_once_answers_all_of_them(any_world: World) -> None:
    work_together(any_world, seed=1, rounds=4)


@pytest.mark.faults
def test_many_tickets_that_all_work_on_at_once_answer_all_of_them(any_world: World) -> None:
    for seed in range(25):
        work_together(any_world, seed, rounds=12)


def wait_for_locks(world: World, milliseconds: int) -> str:
    """Set how long the application waits for the lock of its SQLite file; return the file."""
    with world.flask.app_context():
        db.session.connection().exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
        db.session.remove()
        return str(db.engine.url.database)


def test_a_database_that_stays_locked_is_told_as_such_and_nothing_is_changed(world: World) -> None:
    number = world.caller().open_ticket(category="billing", priority="high")["number"]
    world.work()
    [task] = world.caller().get(f"/tasks?ticket={number}")["items"]
    complete = partial(world.caller(), "POST", f"/tasks/{task['id']}/completion", task["form"]["data"])
    with closing(sqlite3.connect(wait_for_locks(world, 50), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = complete()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert "nothing was changed" in answer.json["detail"]
        other.execute("ROLLBACK")
    wait_for_locks(world, 5000)
    assert complete().status_code == 200
