"""The page of one colleague."""

from flask import render_template
from flask_login import current_user

from app import departments, people
from app.people import Agent, permissions
from app.tickets import returning
from app.web.wording import ROLE


def page(public_id: str, wrong: dict[str, str]) -> str:
    """Return it; what the reader may not change is only told."""
    agent = people.named(public_id)
    desks = departments.all_departments()
    theirs = departments.of_agent(agent)
    looked_after = departments.looks_after(current_user, agent)
    return render_template(
        "settings/team/show.html",
        agent=agent,
        desks=desks,
        chosen={desk.key for desk in theirs},
        theirs=theirs,
        roles=list(ROLE.items()),
        leaders=_leaders(agent),
        leader=people.by_id(agent.manager_id) if agent.manager_id else None,
        looked_after=looked_after,
        notes_told=looked_after or agent.id == current_user.id,
        absences=people.absences.ahead(agent),
        queues=returning.open_by_department(agent),
        works=permissions.POLICY["ticket.write"],
        wrong=wrong,
    )


def _leaders(agent: Agent) -> list[tuple[str, str]]:
    return [(one.public_id, one.name) for one in people.all_agents() if people.may_lead(one) and one.id != agent.id]
