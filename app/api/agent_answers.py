"""What goes out about colleagues and departments."""

from collections.abc import Sequence

from pydantic import Field

from app import departments, people
from app.api.answers import Answer, Department, Person, When
from app.api.shapes import person
from app.departments import Department as Desk
from app.people import Absence, Agent
from app.tickets import returning


class Away(Answer):
    id: str
    starts_at: When
    ends_at: When | None = Field(description="null until somebody says they are back.")
    note: str | None = Field(None, description="Left out for who does not look after them.")


class Colleague(Person):
    role: str
    active: bool = Field(description="Whether they work here.")
    absent: bool = Field(description="Whether they are away now.")
    away_until: When | None
    capacity: int | None = Field(
        description="How many open tickets they are given by turns at most; null for any number."
    )
    open_tickets: int
    departments: list[str]
    manager: str | None = Field(description="The mail address of who leads them.")
    signature: str
    created_at: When
    absences: list[Away] | None = Field(
        None, description="Those that are not over; only with one agent.", exclude_if=lambda found: found is None
    )


def colleagues(rows: Sequence[Agent]) -> list[Colleague]:
    """Return agents as they go out, at a fixed number of queries."""
    counts, away = returning.open_counts(list(rows)), people.absences.running()
    keys = departments.keys_of(rows)
    leaders = {agent.id: agent.email for agent in people.all_agents(active=False)}
    return [
        Colleague(
            **person(row).model_dump(),
            role=row.role,
            active=row.active,
            absent=row.id in away,
            away_until=away[row.id].ends_at if row.id in away else None,
            capacity=row.capacity,
            open_tickets=counts.get(row.id, 0),
            departments=keys[row.id],
            manager=leaders.get(row.manager_id or 0),
            signature=row.signature,
            created_at=row.created_at,
        )
        for row in rows
    ]


def colleague(row: Agent, reader: Agent) -> Colleague:
    """Return one agent with their absences; why they are away is told to who looks after them, and themselves."""
    [found] = colleagues([row])
    told = reader.id == row.id or departments.looks_after(reader, row)
    found.absences = [_away(one, told) for one in people.absences.ahead(row)]
    return found


def _away(row: Absence, told: bool) -> Away:
    return Away(id=row.public_id, starts_at=row.starts_at, ends_at=row.ends_at, note=row.note if told else None)


def department(row: Desk) -> Department:
    """Return a department as it goes out."""
    return Department(
        id=row.public_id,
        key=row.key,
        name=row.name,
        is_default=row.is_default,
        addresses=sorted(one.email for one in row.addresses),
        members=[person(agent) for agent in row.members],
        calendar=row.calendar.spec if row.calendar else None,
    )
