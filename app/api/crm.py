"""CRMs: have one read, and see what that did."""

from typing import Annotated

from flask import Response
from pydantic import BeforeValidator, Field, WithJsonSchema

from app.api import answers, asks, auth, customer_answers, customers, document, shapes
from app.api.effect import effect
from app.crm import Run, runs, sources

blueprint = document.noun("crm", "Systems that contacts are read from.")

Base64 = Annotated[bytes, BeforeValidator(asks.decoded), WithJsonSchema({"type": "string", "format": "byte"})]


class Begin(asks.Ask):
    filename: str = Field("", max_length=255)
    content_base64: Base64 | None = Field(None, description="A CSV file to read instead of the one set.")


class Report(asks.Paged):
    outcome: str = Field("", max_length=10, description="added, changed, kept or refused; empty for all.")


@blueprint.get("/crm/sources", responses={200: answers.Listed[customer_answers.CrmSource]})
def index(query: asks.Paged) -> Response:
    """List the CRMs; a token is never shown."""
    found = [
        customer_answers.CrmSource(
            id=row.public_id,
            name=row.name,
            kind=row.kind,
            url=row.url,
            path=row.path,
            every_hours=row.every_hours,
            has_token=bool(row.token),
        )
        for row in sources.all_sources()
    ]
    return shapes.sliced(found, query.page, query.page_size).shown()


@blueprint.post("/crm/sources/<id>/runs", responses={202: customer_answers.CrmRun})
@effect(202, customers.run, lambda row: f"{auth.PREFIX}/crm/runs/{row.public_id}")
def begin(path: asks.ById, body: Begin) -> Run:
    """Have a CRM read; answers with the run under way if there is one."""
    source = sources.by_public_id(path.id)
    return runs.begin(source, by=auth.agent().actor, content=body.content_base64, filename=body.filename)


@blueprint.get("/crm/runs", responses={200: answers.Listed[customer_answers.CrmRun]})
def listed(query: asks.Paged) -> Response:
    """List runs, newest first."""
    page = runs.latest(query.page, query.page_size)
    return shapes.listed(page, lambda rows: [customers.run(row) for row in rows]).shown()


@blueprint.get("/crm/runs/<id>", responses={200: customer_answers.CrmRun})
def show(path: asks.ById) -> Response:
    """Show a run."""
    return customers.run(runs.by_public_id(path.id)).shown()


@blueprint.get("/crm/runs/<id>/report", responses={200: answers.Listed[customer_answers.CrmLine]})
def report(path: asks.ById, query: Report) -> Response:
    """List what a run did, record by record; those that changed nothing are only counted."""
    page = runs.report(runs.by_public_id(path.id), query.outcome, query.page, query.page_size)
    return shapes.listed(page, customers.lines).shown()
