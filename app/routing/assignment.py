"""Handing a ticket to an agent of its department, by the strategy of the department; why is logged."""

from app import clock
from app.errors import Invalid
from app.people import Agent
from app.routing.candidates import candidates
from app.routing.dispatch import log
from app.routing.strategies import STRATEGIES, Choice, Way, choose
from app.tickets.assigning import assign as hand_over
from app.tickets.changes import hold, touch
from app.tickets.ticket import Ticket


def assign(
    ticket: Ticket, *, by: str, strategy: str = "", seniors: bool = False, preferred: bool = False
) -> Agent | None:
    """Hand an unassigned ticket to an agent of its department and log why.

    What a drawing or table asks for comes on top of what the department is set to; without a `strategy` its own counts.
    Return who holds it then; None when nobody can take it: it waits in the queue, and `ticket.queued` is recorded once.
    A ticket that is held stays where it is.
    """
    hold(ticket)
    if ticket.assignee is not None:
        return ticket.assignee
    found = candidates(ticket.department)
    way = _way(ticket, strategy, seniors, preferred)
    able = [candidate for candidate in found if not candidate.obstacle]
    own, vip = ticket.contact.preferred_agent_id, ticket.contact.vip
    choice = choose(way, able, last=ticket.department.last_assigned_id, own=own, vip=vip)
    if choice.candidate is None:
        choice = Choice(None, choice.rule, f"nobody in {ticket.department.name} can take it")
        if ticket.queued_at is not None:  # that nobody can is logged already
            return None
    inputs = {"department": ticket.department.key, "priority": ticket.priority, **_asked(way, ticket, choice)}
    agent = choice.candidate.agent if choice.candidate else None
    told = [candidate.as_json() for candidate in found]
    chosen = agent.actor if agent else ""
    log(ticket, rule=choice.rule, inputs=inputs, candidates=told, chosen=chosen, reason=choice.reason)
    if agent is None:
        ticket.queued_at = clock.now()
        touch(ticket, "ticket.queued", by=by, reason=choice.reason, data={"ticket": ticket.id})
        return None
    ticket.department.last_assigned_id = agent.id
    hand_over(ticket, agent, by=by, reason=choice.reason)
    return agent


def _way(ticket: Ticket, strategy: str, seniors: bool, preferred: bool) -> Way:
    if strategy and strategy not in STRATEGIES:
        known = ", ".join(STRATEGIES)
        raise Invalid(f"There is no strategy {strategy!r}.", {"strategy": f"must be one of {known}"})
    desk = ticket.department
    return Way(
        strategy or desk.strategy,
        preferred=preferred or desk.prefers_agent,
        seniors=seniors or (desk.vip_to_senior and ticket.contact.vip),
    )


def _asked(way: Way, ticket: Ticket, choice: Choice) -> dict[str, object]:
    """Return what of the request bore on the choice, for the log."""
    said: dict[str, object] = {}
    if way.preferred:
        said["preferred"] = f"agent:{own}" if (own := ticket.contact.preferred_agent_id) else ""
    if way.seniors:
        said["vip"] = ticket.contact.vip
    if choice.among:
        said["drawn_from"] = ", ".join(choice.among)
    return said
