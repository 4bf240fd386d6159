"""What customers said: stars by agent, category, organisation and so on, or over time, with the period before."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.contacts.contact import Contact, Organisation
from app.csat import LOW, Survey
from app.db import Base, db
from app.departments.department import Department
from app.paging import Page, paginate
from app.people.agent import Agent
from app.reports.period import Period
from app.reports.table import Column
from app.tickets import dictionary
from app.tickets.ticket import Category, Ticket

TITLE = "Ratings"
ABOUT = "What customers answered when they were asked how it went, by the day of their answer."
GLYPH = "star"
GROUPS = {
    "agent": "Agent",
    "department": "Department",
    "category": "Category",
    "product": "Product",
    "organisation": "Organisation",
    "day": "Day",
    "week": "Week",
    "month": "Month",
}
TIMES = ("day", "week", "month")
COLUMNS = (
    Column("group", "Group", "text"),
    Column("answers", "Answers"),
    Column("average", "Average", "decimal"),
    Column("good", "4 and 5 stars", "share"),
    Column("low", "Low", "share"),
    *(Column(f"stars_{number}", f"{number} star{'s' if number > 1 else ''}") for number in range(5, 0, -1)),
    Column("answers_before", "Answers before"),
    Column("average_before", "Average before", "decimal"),
)
_QUARTER = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Counts = dict[Any, list[int]]
"""For each group, how often each number of stars was given, from one to five."""


class _Quarters(FunctionElement[int]):
    """Quarter-hours since 1970: every zone's days begin with one, so they can be summed up to anybody's days."""

    inherit_cache = True


@compiles(_Quarters)
def _on_any(element: _Quarters, compiler: SQLCompiler, **more: Any) -> str:
    inner = compiler.process(element.clauses, **more)
    return f"CAST(floor(extract(epoch FROM {inner}) / 900) AS BIGINT)"


@compiles(_Quarters, "sqlite")
def _on_sqlite(element: _Quarters, compiler: SQLCompiler, **more: Any) -> str:
    inner = compiler.process(element.clauses, **more)
    return f"(CAST(strftime('%s', {inner}) AS INTEGER) / 900)"


def product_of() -> ColumnElement[str]:
    """Return the column that says which product a rated ticket was about: its own, else its contact's."""
    return func.coalesce(func.nullif(Ticket.product, ""), Contact.product)


def rows(period: Period, by: str) -> list[dict[str, Any]]:
    """Return one row per group that was rated now or in the period before; most answers first, times in their order."""
    if by in TIMES:
        return [_row(str(begin), stars, None) for begin, stars in over_time(period, by).items()]
    now, earlier = _by(period, by), _by(period.before(), by)
    names = _names(by, {*now, *earlier})
    found = [_row(names[key], now.get(key, [0] * 5), earlier.get(key, [0] * 5)) for key in {*now, *earlier}]
    return sorted(found, key=lambda row: (-row["answers"], row["group"].lower()))


def total(period: Period) -> dict[str, Any]:
    """Return the row of everything, with the period before."""
    return _row("All", _sum(_by(period, "")), _sum(_by(period.before(), "")))


def over_time(period: Period, by: str) -> Counts:
    """Return the counts of each day, week (its Monday) or month (its first) of a period, those without answers too."""
    found: Counts = {}
    day = period.first
    while day <= period.last:
        found.setdefault(_begins(day, by), [0] * 5)
        day += timedelta(days=1)
    quarter = _Quarters(Survey.answered_at)
    query = select(quarter, Survey.score, func.count()).where(*_within(period)).group_by(quarter, Survey.score)
    for quarters, score, count in db.session.execute(query).all():
        moment = _EPOCH + int(quarters) * _QUARTER
        found[_begins(period.day_of(moment), by)][int(score or 1) - 1] += count
    return found


def comments(period: Period, page: int, size: int, *, only_low: bool = False) -> Page[Survey]:
    """Return the answers with words in them, newest first."""
    query = select(Survey).where(*_within(period), Survey.comment != "")
    if only_low:
        query = query.where(Survey.score <= LOW.get())
    return paginate(query.order_by(Survey.answered_at.desc(), Survey.id.desc()), page, size)


def tickets_of(surveys: Iterable[Survey]) -> dict[int, Ticket]:
    """Return the tickets of surveys by key, with who answered them."""
    keys = {survey.ticket_id for survey in surveys}
    query = select(Ticket).where(Ticket.id.in_(keys)).options(joinedload(Ticket.assignee), joinedload(Ticket.contact))
    return {ticket.id: ticket for ticket in db.session.scalars(query)}


def _within(period: Period) -> tuple[ColumnElement[bool], ...]:
    return Survey.answered_at >= period.start, Survey.answered_at < period.end


def _by(period: Period, by: str) -> Counts:
    stars = [func.sum(case((Survey.score == number, 1), else_=0)) for number in range(1, 6)]
    key, query = _grouped(by, select(*stars).where(*_within(period)))
    if key is None:
        return {None: [int(one or 0) for one in db.session.execute(query).one()]}
    found = db.session.execute(query.add_columns(key).group_by(key))
    return {row[-1]: [int(one) for one in row[:-1]] for row in found}


def _grouped(by: str, query: Select[Any]) -> tuple[ColumnElement[Any] | None, Select[Any]]:
    if not by:
        return None, query
    if by == "agent":
        return Survey.agent_id.expression, query
    query = query.join(Ticket, Ticket.id == Survey.ticket_id)
    if by == "department":
        return Ticket.department_id.expression, query
    if by == "category":
        return Ticket.category.expression, query
    query = query.join(Contact, Contact.id == Ticket.contact_id)
    return (product_of() if by == "product" else Contact.organisation_id.expression), query


_NAMED: dict[str, tuple[type[Base], Any, Any]] = {
    "agent": (Agent, Agent.id, Agent.name),
    "department": (Department, Department.id, Department.name),
    "category": (Category, Category.key, Category.name),
    "organisation": (Organisation, Organisation.id, Organisation.name),
}
_NONE = {"agent": "Nobody", "category": "No category", "product": "No product", "organisation": "No organisation"}


def _names(by: str, keys: set[Any]) -> dict[Any, str]:
    named = defaultdict(str, {key: str(key) for key in keys})
    if by in _NAMED:
        _, ident, name = _NAMED[by]
        known: dict[Any, str] = {row[0]: row[1] for row in db.session.execute(select(ident, name))}
        named |= {key: known.get(key, str(key)) for key in keys}
    if by == "product":
        named |= {entry.key: entry.name for entry in dictionary.entries("product") if entry.key in keys}
    return named | {key: _NONE.get(by, "—") for key in keys if key in (None, "")}


def _begins(day: date, by: str) -> date:
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def _sum(counts: Counts) -> list[int]:
    return [sum(column) for column in zip(*counts.values(), strict=True)] if counts else [0] * 5


def _row(name: str, stars: list[int], earlier: list[int] | None) -> dict[str, Any]:
    answers, low = sum(stars), sum(stars[: LOW.get()])
    row: dict[str, Any] = {"group": name, "answers": answers, "average": mean(stars)}
    row |= {"good": sum(stars[3:]) / answers if answers else None, "low": low / answers if answers else None}
    row |= {f"stars_{number}": stars[number - 1] for number in range(5, 0, -1)}
    before = earlier if earlier is not None else []
    return row | {"answers_before": sum(before) if earlier is not None else None, "average_before": mean(before)}


def mean(stars: list[int]) -> float | None:
    """Return the average of counted stars; None without any."""
    answers = sum(stars)
    return sum(number * count for number, count in enumerate(stars, 1)) / answers if answers else None
