"""Operations on colleagues."""

from app import engine, people
from app.engine import topic
from app.errors import NotFound
from app.people import Agent
from app.tickets import returning

BY = "process:agent_left"


@topic("agents.hand_back", returns={"tickets": int})
def hand_back(agent: int, reason: str = "") -> dict[str, int]:
    """Give back the open tickets and tasks an agent holds: they lie in their queues again."""
    found = _agent(agent)
    given = returning.give_back(found, by=BY, reason=reason)
    while tasks := engine.open_tasks(assignee=found.actor):
        for task in tasks:
            engine.release_task(task.public_id, by=BY)
    return {"tickets": given}


def _agent(ident: int) -> Agent:
    found = people.by_id(ident)
    if found is None:
        raise NotFound(f"There is no agent {ident}.")
    return found
