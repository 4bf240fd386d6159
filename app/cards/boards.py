"""Setting up projects: their segments, and the columns of their boards."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app import clock, events
from app.amending import amend
from app.cards.board import MEANINGS, Column, Project, Segment, SegmentAddress
from app.cards.card import Card
from app.cards.changes import hold_board
from app.db import db
from app.departments.department import DepartmentAddress
from app.errors import Conflict, Invalid
from app.once import insert_once
from app.text import one_line

PRESET: tuple[tuple[str, str, int | None], ...] = (
    ("To do", "open", None),
    ("In progress", "open", 4),
    ("Review", "open", 3),
    ("Done", "done", None),
    ("Cancelled", "cancelled", None),
)
_KEY = re.compile(r"[A-Z][A-Z0-9]{0,9}")
_SEGMENT_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def add_project(key: str, name: str, *, by: str, columns: Sequence[tuple[str, str, int | None]] = PRESET) -> Project:
    """Return a new project with the usual columns, recording `project.added`; raise Invalid naming a wrong field."""
    key = one_line(key, 11).upper()
    if not _KEY.fullmatch(key):
        raise Invalid(f"{key!r} is no project key.", {"key": "must be 1 to 10 letters and digits, such as REL"})
    project = Project(key=key, name=_named(name, 120))
    if not insert_once(project):
        raise Invalid(f"There is a project {key} already.", {"key": "is taken"})
    for position, (title, meaning, limit) in enumerate(columns):
        db.session.add(Column(project_id=project.id, name=title, meaning=meaning, wip_limit=limit, position=position))
    db.session.flush()
    events.record("project.added", by=by, subject=project.subject, after={"key": key, "name": project.name})
    return project


def change_project(project: Project, *, name: str, by: str) -> bool:
    """Rename a project and record `project.changed`; return whether it changed."""
    return _amended(project, project, {"name": _named(name, 120)}, by)


def archive(project: Project, archived: bool, *, by: str) -> bool:
    """Put a project away, or take it out again; its segments are no longer offered meanwhile."""
    if (project.archived_at is not None) == archived:
        return False
    return _amended(project, project, {"archived_at": clock.now() if archived else None}, by)


def add_segment(
    project: Project, key: str, name: str, *, by: str, prefix: str = "", addresses: Sequence[str] = ()
) -> Segment:
    """Return a new segment, recording `segment.added`; raise Invalid naming a wrong field."""
    key = one_line(key, 41).lower()
    if not _SEGMENT_KEY.fullmatch(key):
        raise Invalid(f"{key!r} is no segment key.", {"key": "must be letters, digits, - and _"})
    segment = Segment(project_id=project.id, key=key, name=_named(name, 120), prefix=_prefix(prefix, None))
    if not insert_once(segment):
        raise Invalid(f"{project.name} has a segment {key} already.", {"key": "is taken"})
    _set_addresses(segment, addresses)
    events.record("segment.added", by=by, subject=project.subject, after=_said(segment, addresses))
    db.session.expire(project, ["segments"])
    return segment


def change_segment(
    segment: Segment, *, name: str, prefix: str, addresses: Sequence[str], archived: bool, by: str
) -> bool:
    """Change a segment and record `segment.changed` with what it was; raise Invalid naming a wrong field."""
    before = _said(segment, [one.email for one in segment.addresses])
    segment.name, segment.prefix = _named(name, 120), _prefix(prefix, segment)
    if archived != (segment.archived_at is not None):
        segment.archived_at = clock.now() if archived else None
    _set_addresses(segment, addresses)
    after = _said(segment, [one.email for one in segment.addresses])
    if before == after:
        return False
    events.record("segment.changed", by=by, subject=segment.project.subject, before=before, after=after)
    return True


def add_column(project: Project, name: str, *, by: str, meaning: str = "open", wip_limit: Any = None) -> Column:
    """Return a new column in front of the first one that ends a card, recording `column.added`."""
    hold_board(project)
    place = next((n for n, one in enumerate(project.columns) if one.meaning != "open"), len(project.columns))
    if meaning != "open":
        place = len(project.columns)
    column = Column(
        project_id=project.id, name=_named(name, 60), meaning=_meaning(meaning), wip_limit=_limit(wip_limit), position=0
    )
    db.session.add(column)
    db.session.flush()
    _order([*project.columns[:place], column, *project.columns[place:]])
    project.revision += 1
    events.record("column.added", by=by, subject=project.subject, after=_drawn(column))
    db.session.expire(project, ["columns"])
    return column


def change_column(project: Project, column: Column, *, name: str, wip_limit: Any, by: str) -> bool:
    """Rename a column or set its limit, and record `column.changed`; return whether it changed."""
    fields = {"name": _named(name, 60), "wip_limit": _limit(wip_limit)}
    return _amended(project, column, fields, by)


def shift_column(project: Project, column: Column, step: int, *, by: str) -> bool:
    """Move a column one place to the left (-1) or right (1); return whether it moved."""
    hold_board(project)
    order = list(project.columns)
    at = order.index(column)
    if not 0 <= at + step < len(order):
        return False
    order.insert(at + step, order.pop(at))
    _order(order)
    project.revision += 1
    events.record(
        "column.changed",
        by=by,
        subject=project.subject,
        before={"column": column.name, "place": at + 1},
        after={"column": column.name, "place": at + step + 1},
    )
    db.session.expire(project, ["columns"])
    return True


def drop_column(project: Project, column: Column, *, by: str) -> None:
    """Remove an empty column; raise Conflict for one with cards, or the last one for open cards."""
    hold_board(project)
    if db.session.scalar(select(func.count()).where(Card.column_id == column.id)):
        raise Conflict(f"“{column.name}” still holds cards; move them first.")
    if column.meaning == "open" and sum(one.meaning == "open" for one in project.columns) == 1:
        raise Conflict("A board needs a column for open cards.")
    before = _drawn(column)
    db.session.delete(column)
    project.revision += 1
    db.session.flush()
    events.record("column.removed", by=by, subject=project.subject, before=before)
    db.session.expire(project, ["columns"])


def _amended(project: Project, row: Project | Column, fields: dict[str, Any], by: str) -> bool:
    hold_board(project)
    name = "project.changed" if isinstance(row, Project) else "column.changed"
    if not amend(row, fields, name, by=by, subject=project.subject):
        return False
    project.revision += 1
    return True


def _order(columns: list[Column]) -> None:
    for position, column in enumerate(columns):
        column.position = position
    db.session.flush()


def _set_addresses(segment: Segment, addresses: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(_address(one) for one in addresses if one.strip()))
    for row in segment.addresses:
        if row.email not in wanted:
            db.session.delete(row)
    known = {row.email for row in segment.addresses}
    db.session.flush()
    for email in wanted:
        if db.session.get(DepartmentAddress, email) is not None:
            raise Invalid(f"{email} belongs to a department.", {"addresses": f"{email} belongs to a department"})
        if email not in known and not insert_once(SegmentAddress(email=email, segment_id=segment.id)):
            raise Invalid(f"{email} is taken.", {"addresses": f"{email} belongs to another segment"})
    db.session.expire(segment, ["addresses"])


def _address(text: str) -> str:
    address = one_line(text, 255).lower()
    if len(address) > 254 or "@" not in address or " " in address:
        raise Invalid(f"{address!r} is no mail address.", {"addresses": f"{address!r} is no mail address"})
    return address


def _prefix(text: str, own: Segment | None) -> str | None:
    prefix = one_line(text, 61).lower() or None
    if prefix is None:
        return None
    if not 3 <= len(prefix) <= 60:
        raise Invalid("This prefix cannot be.", {"prefix": "must have 3 to 60 characters, such as [REL]"})
    taken = db.session.scalar(select(Segment).where(Segment.prefix == prefix))
    if taken is not None and taken is not own:
        raise Invalid("This prefix is taken.", {"prefix": f"is the one of {taken.title}"})
    return prefix


def _named(text: str, longest: int) -> str:
    name = one_line(text, longest + 1)
    if not 1 <= len(name) <= longest:
        raise Invalid("A name is missing or too long.", {"name": f"must have 1 to {longest} characters"})
    return name


def _meaning(text: str) -> str:
    if text not in MEANINGS:
        raise Invalid("A column means nothing like that.", {"meaning": f"must be one of {', '.join(MEANINGS)}"})
    return text


def _limit(value: Any) -> int | None:
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 999:
        raise Invalid("This limit cannot be.", {"wip_limit": "must be a whole number from 1 to 999, or empty"})
    return int(text)


def _said(segment: Segment, addresses: Sequence[str]) -> dict[str, Any]:
    return {
        "segment": segment.key,
        "name": segment.name,
        "prefix": segment.prefix or "",
        "addresses": sorted(one.strip().lower() for one in addresses if one.strip()),
        "archived": segment.archived_at is not None,
    }


def _drawn(column: Column) -> dict[str, Any]:
    return {"column": column.name, "meaning": column.meaning, "wip_limit": column.wip_limit}
