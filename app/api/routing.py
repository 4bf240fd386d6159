"""Routing: why a ticket is where it is, queues, and how departments give their tickets away."""

from collections.abc import Sequence

from flask import Response
from pydantic import Field

from app import departments, routing
from app.api import answers, asks, auth, document, names, routing_answers, shapes
from app.api.effect import effect
from app.departments import Department
from app.paging import paginate
from app.routing import Dispatch, taking
from app.tickets import finding
from app.tickets.ticket import Ticket

blueprint = document.noun("routing", "Who gets which ticket, and why.")


class NewWay(asks.Ask):
    strategy: str = Field(json_schema_extra={"enum": list(routing.STRATEGIES)})
    prefers_agent: bool = Field(False, description="The preferred agent of the contact comes first.")
    vip_to_senior: bool = Field(False, description="VIPs go to a senior, if one is able.")


class Taking(asks.Ask):
    over: bool = Field(False, description="Take it also from whoever holds it.")


@blueprint.get("/tickets/<number>/dispatches", responses={200: answers.Listed[routing_answers.Dispatch]})
def dispatches(path: asks.ByNumber, query: asks.Paged) -> Response:
    """Show how a ticket came where it is, oldest first."""
    found = _dispatches(routing.dispatches(finding.by_number(path.number)))
    return shapes.sliced(found, query.page, query.page_size).shown()


def _dispatches(rows: Sequence[Dispatch]) -> list[routing_answers.Dispatch]:
    emails = names.emails(row.chosen for row in rows)
    return [
        routing_answers.Dispatch(
            at=row.at,
            rule=row.rule,
            inputs=row.inputs,
            candidates=[
                routing_answers.Candidate(name=one["name"], open=one["open"], obstacle=one["obstacle"])
                for one in row.candidates
            ],
            chosen=emails.get(row.chosen, row.chosen),
            reason=row.reason,
        )
        for row in rows
    ]


@blueprint.post("/tickets/<number>/taking", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def take(path: asks.ByNumber, body: Taking) -> Ticket:
    """Take a ticket for oneself; 409 when somebody was first."""
    ticket = finding.by_number(path.number)
    routing.take(ticket, auth.agent(), by=auth.agent().actor, over=body.over)
    return ticket


@blueprint.get("/queues", responses={200: answers.Listed[routing_answers.Queue]})
def queues(query: asks.Paged) -> Response:
    """List how many tickets nobody holds, by department."""
    counts = taking.counts()
    found = [
        routing_answers.Queue(
            department=one.key, waiting=counts.get(one.id, (0, 0))[0], urgent=counts.get(one.id, (0, 0))[1]
        )
        for one in departments.all_departments()
    ]
    return shapes.sliced(found, query.page, query.page_size).shown()


@blueprint.get("/queues/<key>", responses={200: answers.Listed[answers.Ticket]})
def queue(path: asks.ByKey, query: asks.Paged) -> Response:
    """List what nobody holds in a department, in the order it should be taken; without messages."""
    found = paginate(taking.queue(departments.by_key(path.key)), query.page, query.page_size)
    return shapes.listed(found, lambda rows: shapes.tickets(rows, messages=False)).shown()


@blueprint.post("/queues/<key>/next", responses={200: answers.Ticket})
@effect(200, shapes.ticket)
def take_next(path: asks.ByKey) -> Ticket:
    """Take what is on top of a queue; 404 when it is empty."""
    return routing.take_next(departments.by_key(path.key), auth.agent(), by=auth.agent().actor)


def _way(row: Department) -> routing_answers.Way:
    return routing_answers.Way(
        department=row.key, strategy=row.strategy, prefers_agent=row.prefers_agent, vip_to_senior=row.vip_to_senior
    )


@blueprint.put("/departments/<key>/assignment", responses={200: routing_answers.Way})
@effect(200, _way)
def set_way(path: asks.ByKey, body: NewWay) -> Department:
    """Set how a department gives its tickets away."""
    found = departments.by_key(path.key)
    by = auth.agent().actor
    routing.set_way(found, body.strategy, prefers_agent=body.prefers_agent, vip_to_senior=body.vip_to_senior, by=by)
    return found
