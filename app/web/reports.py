"""Reports: a page, a table and a file for each; what a page shows besides is its own template."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app import csat, reports
from app.errors import Invalid
from app.reports import Period, Report, ratings
from app.web import charts
from app.web.access import allow

blueprint = Blueprint("reports", __name__)
# bi-star bi-bar-chart
PRESETS = {7: "7 days", 30: "30 days", 90: "3 months", 365: "12 months"}
SHOWN = 200
RATINGS = "ratings"
COMMENTS = 20


@blueprint.app_template_global()
def reports_listed() -> dict[str, Report]:
    """Return the reports there are, for the navigation."""
    return reports.all_reports()


@blueprint.app_template_global()
def today(zone: str) -> date:
    """Return the day it is now in a zone."""
    return reports.of_last(1, zone).last


@blueprint.get("/reports/<name>")
@allow("report.read")
def show(name: str) -> AnyResponse:
    """Show a report for a period."""
    report = reports.by_name(name)
    wrong: dict[str, str] = {}
    try:
        period = _period()
    except Invalid as error:
        period, wrong = reports.of_last(30), error.fields
    by = _group(report)
    rows = report.rows(period, by)
    shown = {"report": report, "name": name, "period": period, "by": by, "rows": rows[:SHOWN], "wrong": wrong}
    shown |= {"more": max(0, len(rows) - SHOWN), "presets": PRESETS, "asked": _asked(period, by)}
    shown |= _ratings(period) if name == RATINGS else {}
    page = "reports/ratings.html" if name == RATINGS else "reports/report.html"
    return make_response(render_template(page, **shown), 422 if wrong else 200)


@blueprint.get("/reports/<name>.csv")
@allow("report.read")
def download(name: str) -> Response:
    """Send a report as a file for a spreadsheet."""
    report, period = reports.by_name(name), _period()
    rows = report.rows(period, _group(report))
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    answer = Response("\ufeff" + reports.as_csv(report.COLUMNS, rows), mimetype="text/csv")
    filename = f"{name}-{_group(report)}-{period.first}-{period.last}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def _period() -> Period:
    given = request.args
    days = given.get("days", 30, int)
    days = days if days in PRESETS else 30
    return reports.parse(given.get("from", ""), given.get("to", ""), given.get("zone", ""), days=days)


def _group(report: Report) -> str:
    wanted = request.args.get("by", "")
    return wanted if wanted in report.GROUPS else next(iter(report.GROUPS))


def _asked(period: Period, by: str) -> dict[str, str]:
    """Return the question as the address says it, so that the file and the next page are of the same period."""
    asked = {"from": str(period.first), "to": str(period.last), "by": by}
    return asked | ({"zone": period.zone} if request.args.get("zone") else {})


def _ratings(period: Period) -> dict[str, Any]:
    step = "day" if period.days <= 45 else "week" if period.days <= 300 else "month"
    over_time = ratings.over_time(period, step)
    points = [(day, ratings.mean(stars), sum(stars)) for day, stars in over_time.items()]
    number, only_low = min(10_000, max(1, request.args.get("page", 1, int))), bool(request.args.get("low"))
    found = ratings.comments(period, number, COMMENTS, only_low=only_low)
    return {
        "total": ratings.total(period),
        "step": step,
        "points": points,
        "chart": charts.averages(points, step),
        "chart_size": (charts.WIDTH, charts.HEIGHT),
        "comments": found,
        "tickets": ratings.tickets_of(found.items),
        "page": number,
        "only_low": only_low,
        "low": csat.LOW.get(),
    }
