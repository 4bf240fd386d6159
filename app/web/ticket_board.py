"""The board of tickets: a column per stage, moved by hand or with the keyboard."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, make_response, render_template, request
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.contacts.contact import Contact
from app.db import db
from app.departments.department import DepartmentMember
from app.people import Agent
from app.tickets import by_hand, stages
from app.tickets.stages import Stage
from app.tickets.ticket import OPEN_STATUSES, Ticket
from app.web import worklist
from app.web.access import allow
from app.web.worklist import Row

blueprint = Blueprint("ticket_board", __name__, url_prefix="/board")
VIEWS = {"all": "All", "team": "My team", "mine": "Mine"}
MOST = 40
DONE_SHOWN = timedelta(days=14)


@dataclass(frozen=True)
class Column:
    """A stage with its first tickets; `count` is how many there are, of done ones those of the last 14 days."""

    stage: Stage
    rows: list[Row]
    count: int
    asks_why: bool


@dataclass(frozen=True)
class Board:
    """`stamp` changes with anything that happens at the desk."""

    view: str
    columns: list[Column]
    stamp: str


def board(agent: Agent, view: str) -> Board:
    """Return the board of a view, in a bounded number of statements per stage."""
    view = view if view in VIEWS else "all"
    shown = stages.all_stages()
    tickets = {stage.key: _tickets(stage, agent, view) for stage in shown}
    rows = {row.ticket.id: row for row in worklist.rows_of([one for column in tickets.values() for one in column])}
    counts = _counts(agent, view)
    asked = set(by_hand.REASONS_FOR.get())
    columns = [
        Column(
            stage,
            [rows[ticket.id] for ticket in tickets[stage.key]],
            counts.get(stage.key, 0),
            stage.reason_required or stage.status in asked,
        )
        for stage in shown
    ]
    return Board(view, columns, worklist.stamp())


def _visible(agent: Agent, view: str) -> list[ColumnElement[bool]]:
    own = {
        "mine": Ticket.assignee_id == agent.id,
        "team": Ticket.department_id.in_(
            select(DepartmentMember.department_id).where(DepartmentMember.agent_id == agent.id)
        ),
    }
    lately = Ticket.updated_at >= clock.now() - DONE_SHOWN
    there = [Ticket.status != "merged", (Ticket.rank > 0) | lately]
    return [*there, own[view]] if view in own else there


def _counts(agent: Agent, view: str) -> dict[str, int]:
    query = select(Ticket.stage, func.count()).where(*_visible(agent, view)).group_by(Ticket.stage)
    return dict(db.session.execute(query).all())


def _tickets(stage: Stage, agent: Agent, view: str) -> list[Ticket]:
    contact = joinedload(Ticket.contact).options(joinedload(Contact.organisation), selectinload(Contact.emails))
    query = select(Ticket).where(Ticket.stage == stage.key, *_visible(agent, view))
    surfaced = (Ticket.rank.desc(),) if stage.status in OPEN_STATUSES else ()
    eager = query.options(contact, joinedload(Ticket.department), joinedload(Ticket.assignee))
    return list(db.session.scalars(eager.order_by(*surfaced, Ticket.updated_at.desc(), Ticket.id.desc()).limit(MOST)))


@blueprint.get("")
@allow("ticket.read")
def show() -> str:
    """Show the board."""
    return render_template("board/show.html", board=board(current_user, request.args.get("view", "all")), views=VIEWS)


@blueprint.get("/live")
@allow("ticket.read")
def live() -> Response | str:
    """Send the columns again when anything happened since; 204 when nothing did."""
    if request.args.get("since") == worklist.stamp():
        return make_response("", 204)
    return render_template("board/columns.html", board=board(current_user, request.args.get("view", "all")))
