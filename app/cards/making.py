"""A card begins."""

from app.cards.board import Column, Project, Segment
from app.cards.card import Card
from app.cards.changes import hold_board, touch
from app.cards.placing import at_the_end, check_room
from app.contacts import Contact
from app.db import db
from app.errors import Conflict, Invalid
from app.text import clean, one_line

TITLE, DESCRIPTION = 300, 100_000


def make(
    project: Project,
    title: str,
    *,
    by: str,
    column: Column | None = None,
    segment: Segment | None = None,
    description: str = "",
    contact: Contact | None = None,
    beyond: str = "",
) -> Card:
    """Return a new card at the end of a column, the board's first one unless told, and record `card.created`.

    Raise Invalid for an empty title or a column or segment of another project, Full where the column is full and
    `beyond` gives no reason, Conflict for a project that is archived.
    """
    title = one_line(title, TITLE)
    if not title:
        raise Invalid("A card needs a title.", {"title": "is empty"})
    if project.archived_at is not None:
        raise Conflict(f"{project.name} is archived; its board takes no new cards.")
    if column is not None and column.project_id != project.id:
        raise Invalid("This column is on another board.", {"column": "is on another board"})
    if segment is not None and segment.project_id != project.id:
        raise Invalid("This segment belongs to another project.", {"segment": "belongs to another project"})
    hold_board(project)
    column = column or first_column(project)
    beyond = check_room(column, beyond)
    project.last_number += 1
    card = Card(
        number=f"{project.key}-{project.last_number}",
        project=project,
        segment=segment,
        column=column,
        position=at_the_end(column),
        title=title,
        description=clean(description, DESCRIPTION),
        contact=contact,
    )
    db.session.add(card)
    db.session.flush()
    told = {"number": card.number, "title": title, "column": column.name}
    touch(card, "card.created", by=by, reason=beyond, after=told)
    return card


def first_column(project: Project) -> Column:
    """Return the column new cards come into; raise Conflict for a board without one."""
    found = next((column for column in project.columns if column.meaning == "open"), None)
    if found is None:
        raise Conflict(f"The board of {project.name} has no column for open cards; add one first.")
    return found
