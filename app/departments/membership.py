"""Who is a member of which department: it decides what somebody sees, and whom tickets are given to."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event as sa_event
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app import events
from app.db import db, of_transaction
from app.departments.department import Department, DepartmentMember
from app.once import insert_once
from app.people import Agent, permissions

_READ = "departments.memberships"


def join(department: Department, agent: Agent, by: str) -> bool:
    """Make an agent a member; return whether they were not."""
    if not insert_once(DepartmentMember(department_id=department.id, agent_id=agent.id)):
        return False
    _changed(department)
    events.record("department.joined", by=by, subject=department.subject, data={"agent": agent.id})
    return True


def leave(department: Department, agent: Agent, by: str) -> bool:
    """End a membership; return whether there was one."""
    row = db.session.get(DepartmentMember, (department.id, agent.id))
    if row is None:
        return False
    db.session.delete(row)
    db.session.flush()
    _changed(department)
    events.record("department.left", by=by, subject=department.subject, data={"agent": agent.id})
    return True


def place(agent: Agent, wanted: Iterable[Department], *, by: str) -> bool:
    """Make an agent a member of exactly these departments; return whether that changed anything."""
    wanted, now = list(wanted), of_agent(agent)
    left = [leave(department, agent, by) for department in now if department not in wanted]
    joined = [join(department, agent, by) for department in wanted if department not in now]
    return bool(left or joined)


def of_agent(agent: Agent) -> list[Department]:
    """Return the departments an agent is a member of, by name."""
    mine = select(DepartmentMember.department_id).where(DepartmentMember.agent_id == agent.id)
    return list(db.session.scalars(select(Department).where(Department.id.in_(mine)).order_by(Department.name)))


def ids_of(agent: Agent) -> list[int]:
    """Return the keys of the departments an agent is a member of, read once per transaction."""
    read: dict[int, list[int]] = of_transaction().setdefault(_READ, {})
    if agent.id not in read:
        mine = select(DepartmentMember.department_id).where(DepartmentMember.agent_id == agent.id)
        read[agent.id] = list(db.session.scalars(mine.order_by(DepartmentMember.department_id)))
    return read[agent.id]


def names_of(agents: Iterable[Agent]) -> dict[int, list[str]]:
    """Return {agent id: the names of their departments, in order}."""
    return _columns_of(agents, Department.name)


def keys_of(agents: Iterable[Agent]) -> dict[int, list[str]]:
    """Return {agent id: the keys of their departments, in order}."""
    return _columns_of(agents, Department.key)


def looks_after(person: Agent, agent: Agent) -> bool:
    """Tell whether somebody may say when an agent is away and how much they take.

    An admin may for everybody; a manager for those they lead and those they share a department with.
    """
    if permissions.may(person, "people.write"):
        return True
    if not permissions.may(person, "staff.write"):
        return False
    return agent.manager_id == person.id or not set(ids_of(person)).isdisjoint(ids_of(agent))


def _columns_of(agents: Iterable[Agent], column: InstrumentedAttribute[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {agent.id: [] for agent in agents}
    query = select(DepartmentMember.agent_id, column).join(Department, Department.id == DepartmentMember.department_id)
    for ident, value in db.session.execute(query.where(DepartmentMember.agent_id.in_(found)).order_by(column)):
        found[ident].append(value)
    return found


def _changed(department: Department) -> None:
    db.session.expire(department, ["members"])
    db.session.info.pop(_READ, None)


@sa_event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    # A savepoint that is rolled back takes what was read within it along.
    if transaction.parent is None or transaction.nested:
        session.info.pop(_READ, None)
