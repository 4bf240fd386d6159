"""Reports: what the desk came to in a period, as the pages show it."""

from typing import Any

from flask import Response
from pydantic import BaseModel, Field

from app import reports
from app.api import answers, asks, document
from app.errors import Invalid

blueprint = document.noun("reports", "What the desk came to in a period.")


class ByName(BaseModel):
    name: asks.Name = Field(description="The report, such as ratings.")


class Wanted(asks.Query):
    by: str = Field("", max_length=40, description="What its rows stand for; the first of `groups` unless told.")
    first: str = Field("", alias="from", max_length=40, description="The first day, such as 2026-03-01.")
    last: str = Field("", alias="to", max_length=40, description="The last day; the last 30 days unless told.")
    zone: str = Field("", max_length=60, description="Whose days, such as Europe/Berlin; the desk's unless told.")


class ReportColumn(answers.Answer):
    key: str
    title: str
    kind: str = Field(description="text, count, decimal or share (0 to 1).")


class ReportAnswer(answers.Answer):
    name: str
    title: str
    by: str
    groups: list[str]
    first: str = Field(alias="from")
    last: str = Field(alias="to")
    zone: str
    columns: list[ReportColumn]
    rows: list[dict[str, Any]]


@blueprint.get("/reports/<name>", responses={200: ReportAnswer})
def show(path: ByName, query: Wanted) -> Response:
    """Return the rows of a report; columns that end in `_before` are of the period of as many days before."""
    report = reports.by_name(path.name)
    by = query.by or next(iter(report.GROUPS))
    if by not in report.GROUPS:
        raise Invalid(f"This report has no rows by {by!r}.", {"by": f"must be one of {', '.join(report.GROUPS)}"})
    period = reports.parse(query.first, query.last, query.zone)
    columns = [{"key": one.key, "title": one.title, "kind": one.kind} for one in report.COLUMNS]
    answer = {"name": path.name, "title": report.TITLE, "by": by, "groups": list(report.GROUPS), "columns": columns}
    answer |= {"from": str(period.first), "to": str(period.last), "zone": period.zone, "rows": report.rows(period, by)}
    return ReportAnswer.model_validate(answer).shown()
