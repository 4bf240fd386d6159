"""Incidents: what is stuck, tried again or skipped."""

from collections.abc import Sequence
from typing import Any, Literal

from flask import Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import engine, sight
from app.api import answers, asks, auth, document, names, process_answers, shapes
from app.api.effect import effect
from app.engine.models import Incident
from app.paging import paginate

blueprint = document.noun("incidents", "What is stuck and why.")


class Wanted(asks.Paged):
    state: Literal["open", "retried", "skipped"] = "open"


class Skip(asks.Ask):
    result: dict[str, Any] | None = Field(None, description="What the stuck step shall have answered.")


def _one(row: Incident) -> process_answers.Incident:
    return _incidents([row])[0]


@blueprint.get("/incidents", responses={200: answers.Listed[process_answers.Incident]})
def index(query: Wanted) -> Response:
    """List incidents, newest first."""
    theirs = (Incident.state == query.state, sight.incidents(auth.agent()))
    wanted = select(Incident).where(*theirs).order_by(Incident.id.desc())
    eager = (selectinload(Incident.instance), selectinload(Incident.job))
    return shapes.listed(paginate(wanted.options(*eager), query.page, query.page_size), _incidents).shown()


@blueprint.post("/incidents/<id>/retry", responses={200: process_answers.Incident})
@effect(200, _one)
def retry(path: asks.ById) -> Incident:
    """Try the stuck job or step again; 409 when somebody was first."""
    return engine.retry_incident(path.id, by=auth.agent().actor)


@blueprint.post("/incidents/<id>/skip", responses={200: process_answers.Incident})
@effect(200, _one)
def skip(path: asks.ById, body: Skip) -> Incident:
    """Go on as if the stuck job had given this result; 409 when somebody was first."""
    return engine.skip_incident(path.id, body.result, by=auth.agent().actor)


def _incidents(rows: Sequence[Incident]) -> list[process_answers.Incident]:
    numbers = names.numbers(row.instance.business_key for row in rows if row.instance)
    emails = names.emails(row.resolved_by for row in rows)
    return [_incident(row, numbers, emails) for row in rows]


def _incident(row: Incident, numbers: dict[str, str], emails: dict[str, str]) -> process_answers.Incident:
    return process_answers.Incident(
        id=row.public_id,
        state=row.state,
        text=row.text,
        element=row.element,
        operation=row.job.topic if row.job else None,
        process=row.instance.definition.key if row.instance else None,
        instance=row.instance.public_id if row.instance else None,
        ticket=numbers.get(row.instance.business_key) if row.instance else None,
        created_at=row.created_at,
        resolved_at=row.resolved_at,
        resolved_by=emails.get(row.resolved_by or "", row.resolved_by),
    )
