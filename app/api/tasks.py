"""Tasks the processes offer to people."""

from collections.abc import Sequence

from flask import Response
from pydantic import Field
from sqlalchemy import select

from app import engine, people, sight, tasks
from app.api import answers, asks, auth, document, names, process_answers, shapes
from app.api.effect import effect
from app.db import db
from app.engine.models import Definition, Instance, UserTask
from app.errors import Forbidden
from app.paging import paginate
from app.people import permissions
from app.tickets.ticket import Ticket

blueprint = document.noun("tasks", "What the processes ask of people.")


class Open(asks.Paged):
    mine: bool = Field(False, description="1 lists the tasks you hold or were assigned, else all you may answer.")
    ticket: str = Field("", max_length=40, description="A ticket's number.")


def _one(row: UserTask) -> process_answers.Task:
    return _tasks([row])[0]


@blueprint.get("/tasks", responses={200: answers.Listed[process_answers.Task]})
def search(query: Open) -> Response:
    """List open tasks, the one that is due first at the top."""
    agent = auth.agent()
    soonest = (UserTask.due_at.nulls_last(), UserTask.id)
    wanted = select(UserTask).where(UserTask.state == "open").order_by(*soonest)
    if query.ticket:
        wanted = wanted.where(UserTask.business_key == sight.ticket(agent, query.ticket).key)
    else:
        wanted = wanted.where(sight.about(UserTask.business_key, agent))
    if query.mine:
        wanted = wanted.where(UserTask.assignee == agent.actor)
    else:
        wanted = wanted.where(UserTask.lane.in_(permissions.lanes(agent)))
    return shapes.listed(paginate(wanted, query.page, query.page_size), _tasks).shown()


@blueprint.post("/tasks/<id>/claim", responses={200: process_answers.Task})
@effect(200, _one)
def claim(path: asks.ById) -> UserTask:
    """Take a task; 409 when somebody else was first."""
    return engine.claim_task(_offered(path.id).public_id, by=auth.agent().actor)


@blueprint.post("/tasks/<id>/completion", responses={200: process_answers.Task})
@effect(200, _one)
def complete(path: asks.ById, body: asks.FormData) -> UserTask:
    """Answer a task with the fields of its form; 409 when somebody was first, 422 when a field is wrong."""
    return tasks.complete(_offered(path.id).public_id, body.root, agent=auth.agent())


def _offered(public_id: str) -> UserTask:
    task = engine.task(public_id)
    if task.lane not in permissions.lanes(auth.agent()):
        raise Forbidden(f"“{task.name}” belongs to {task.lane}.")
    return task


def _tasks(rows: Sequence[UserTask]) -> list[process_answers.Task]:
    about = names.tickets(row.business_key for row in rows)
    instances = _instances(rows)
    me = auth.agent()
    others = {actor for row in rows for actor in (row.assignee, row.completed_by)} - {me.actor}
    emails = {me.actor: me.email, **names.emails(others)}
    may = _candidates({row.lane for row in rows if row.state == "open"})
    return [
        _task(row, about.get(row.business_key), instances[row.instance_id], emails, may.get(row.lane, []))
        for row in rows
    ]


def _candidates(lanes: set[str]) -> dict[str, list[str]]:
    agents = people.all_agents() if lanes else []
    return {lane: [one.email for one in agents if lane in permissions.lanes(one)] for lane in lanes}


def _instances(rows: Sequence[UserTask]) -> dict[int, tuple[str, str]]:
    at_hand = (db.session.identity_map.get(db.session.identity_key(Instance, row.instance_id)) for row in rows)
    found = {one.id: (one.public_id, one.definition.key) for one in at_hand if one is not None}
    if missing := {row.instance_id for row in rows} - found.keys():
        columns = select(Instance.id, Instance.public_id, Definition.key)
        query = columns.join(Definition, Instance.definition_id == Definition.id).where(Instance.id.in_(missing))
        found |= {key: (public_id, process) for key, public_id, process in db.session.execute(query)}
    return found


def _task(
    row: UserTask, ticket: Ticket | None, instance: tuple[str, str], emails: dict[str, str], candidates: list[str]
) -> process_answers.Task:
    return process_answers.Task(
        id=row.public_id,
        name=row.name,
        state=row.state,
        element=row.element,
        process=instance[1],
        instance=instance[0],
        ticket=ticket.number if ticket else None,
        lane=row.lane,
        assignee=emails.get(row.assignee or "", row.assignee),
        candidates=candidates,
        priority=ticket.priority if ticket else None,
        due_at=row.due_at,
        created_at=row.created_at,
        completed_at=row.completed_at,
        completed_by=emails.get(row.completed_by or "", row.completed_by),
        form=_form(row, ticket),
    )


def _form(row: UserTask, ticket: Ticket | None) -> process_answers.Form:
    if not row.form:
        return process_answers.Form(schema={}, ui={}, data={})
    # Only what is still asked is filled in, and only a ticket has something to fill it with.
    filled = tasks.form_of(row) if row.state == "open" and ticket is not None else engine.form(row.form)
    return process_answers.Form(schema=filled["schema"], ui=filled.get("ui", {}), data=filled.get("data", {}))
