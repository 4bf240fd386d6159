"""Process instances: where they stand, what happened, the diagram with the path taken."""

from flask import Response
from pydantic import Field

from app import engine
from app.api import answers, asks, auth, document, names, process_answers, shapes
from app.api.effect import effect
from app.engine.models import Instance
from app.paging import LARGEST

blueprint = document.noun("instances", "Running and finished processes.")


class Rows(asks.Paged):
    page_size: int = Field(LARGEST, ge=1, le=LARGEST, description="Items of a page.")


class Cancellation(asks.Ask):
    reason: str = Field(min_length=1, max_length=asks.LONGEST_REASON, description="Why it is not to go on.")


def _one(row: Instance) -> process_answers.Instance:
    return process_answers.Instance(
        id=row.public_id,
        process=row.definition.key,
        name=row.definition.name,
        version=row.definition.version,
        state=row.status,
        ticket=names.numbers([row.business_key]).get(row.business_key),
        started_at=row.started_at,
        started_by=row.started_by,
        ended_at=row.ended_at,
        waiting=[process_answers.Waiting.model_validate(one) for one in engine.waiting(row)],
    )


@blueprint.get("/instances/<id>", responses={200: process_answers.Instance})
def show(path: asks.ById) -> Response:
    """Show an instance and what it waits for."""
    return _one(engine.instance(path.id)).shown()


@blueprint.post("/instances/<id>/cancellation", responses={200: process_answers.Instance})
@effect(200, _one)
def cancel(path: asks.ById, body: Cancellation) -> Instance:
    """End an instance where it stands; 409 when it has ended already. Its ticket stays as it is."""
    return engine.cancel(path.id, by=auth.agent().actor, reason=body.reason)


@blueprint.get("/instances/<id>/history", responses={200: answers.Listed[process_answers.HistoryRow]})
def history(path: asks.ById, query: Rows) -> Response:
    """List what happened in an instance, in order."""
    row = engine.instance(path.id)
    rows = engine.history(row)
    number = names.numbers([row.business_key]).get(row.business_key)
    people = names.people(step["actor"] for step in rows)
    found = [
        process_answers.HistoryRow.model_validate({**step, "ticket": number, "actor_name": people[step["actor"]]})
        for step in rows
    ]
    return shapes.sliced(found, query.page, query.page_size).shown()


@blueprint.get("/instances/<id>/diagram", responses={200: process_answers.Diagram})
def diagram(path: asks.ById) -> Response:
    """Show the drawing and the path taken through it."""
    return process_answers.Diagram.model_validate(engine.diagram(engine.instance(path.id))).shown()
