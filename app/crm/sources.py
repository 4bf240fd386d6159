"""The CRMs of the desk: added and changed by hand, with their token kept out of sight."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app import events, outward
from app.amending import amend
from app.crm.connectors import Unusable
from app.crm.csv_file import place
from app.crm.record import FIELDS
from app.crm.source import INTERVALS, KINDS, Source
from app.db import db
from app.errors import Invalid, NotFound
from app.once import insert_once
from app.text import one_line

SECRET = 2_000


def all_sources() -> list[Source]:
    """Return every source by name."""
    return list(db.session.scalars(select(Source).order_by(Source.name)))


def by_public_id(public_id: str) -> Source:
    """Return the source the outside names so; raise NotFound."""
    return _found(db.session.scalars(select(Source).where(Source.public_id == one_line(public_id, 36))).one_or_none())


def by_name(name: str) -> Source:
    """Return the source with this name; raise NotFound."""
    return _found(db.session.scalars(select(Source).where(Source.name == one_line(name, 60))).one_or_none())


def by_id(source_id: int) -> Source:
    """Return the source with this key; raise NotFound."""
    return _found(db.session.get(Source, source_id))


def _found(source: Source | None) -> Source:
    if source is None:
        raise NotFound("There is no such CRM.")
    return source


def add(fields: Mapping[str, Any], token: str = "", *, by: str) -> Source:
    """Add a source of `kind` http or csv; raise Invalid naming every field that cannot be."""
    known = _checked({"name": "", "kind": "", **fields})
    source = Source(**known)
    if not insert_once(source):
        raise Invalid("There is a CRM of this name.", {"name": "is taken"})
    events.record("crm.source_added", by=by, subject=source.subject, after=known)
    set_token(source, token, by=by)
    schedule(source, by=by)
    return source


def edit(source: Source, fields: Mapping[str, Any], *, by: str) -> bool:
    """Change some fields of a source, but for its kind; return whether any did. Another address reads all afresh.

    A new address needs its token again, so that none is sent where it does not belong.
    """
    own = {field: getattr(source, field) for field in ("kind", "url", "path", "every_hours")}
    known = _checked({**own, **fields})
    if known["kind"] != source.kind or known.get("name", source.name) != source.name:
        raise Invalid("Its links carry its name.", {"name": "cannot be changed, nor can its kind"})
    hours, moved = source.every_hours, (known["url"], known["path"]) != (source.url, source.path)
    if moved:
        known["since"] = ""
    changed = amend(source, known, "crm.source_changed", by=by, subject=source.subject)
    if moved and source.token:
        source.token = ""
        events.record("crm.token_removed", by=by, subject=source.subject, reason="The address is another one.")
    if hours != source.every_hours:
        schedule(source, by=by)
    return changed


def set_token(source: Source, token: str, *, by: str) -> bool:
    """Keep a token and record that it was set, never what it is; an empty one changes nothing."""
    secret = token.strip()
    if not secret or secret == source.token:
        return False
    if len(secret) > SECRET or not secret.isascii() or not secret.isprintable() or " " in secret:
        raise Invalid("This is no token.", {"token": f"must be up to {SECRET} ASCII characters without blanks"})
    source.token = secret
    events.record("crm.token_set", by=by, subject=source.subject)
    return True


def schedule(source: Source, *, by: str) -> None:
    """Say how often a source is read by itself: a process waits and begins each run, one before it gives way."""
    source.revision += 1
    db.session.flush()
    data = {"source": source.id, "revision": source.revision}
    events.record("crm.schedule_set", by=by, subject=source.subject, data=data)


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    known: dict[str, Any] = {}
    kind = fields.get("kind")
    for field, value in fields.items():
        try:
            known[field] = _check(field, value, str(kind))
        except ValueError as error:
            wrong[field] = str(error)
    hourly = known.get("every_hours")
    if hourly and kind == "csv" and not known.get("path"):
        wrong["path"] = "is needed for a file that is read by itself"
    if wrong:
        raise Invalid("Part of this cannot be.", wrong)
    return known


def _check(field: str, value: Any, kind: str) -> Any:
    if field == "name":
        return _line(value, 1, 60)
    if field == "kind":
        if value not in KINDS:
            raise ValueError(f"must be one of {', '.join(KINDS)}")
        return value
    if field == "url":
        return _url(value) if kind == "http" else ""
    if field == "path":
        return _path(value) if kind == "csv" else ""
    if field == "every_hours":
        if str(value) not in {str(hours) for hours in INTERVALS}:
            raise ValueError(f"must be one of {', '.join(map(str, INTERVALS))}")
        return int(value)
    return _mapping(value)


def _line(value: Any, least: int, longest: int) -> str:
    line = one_line(str(value or ""), longest + 1)
    if not least <= len(line) <= longest:
        raise ValueError(f"must have {least} to {longest} characters")
    return line


def _url(value: Any) -> str:
    line = _line(value, 1, 500)
    try:
        outward.check(line)
    except outward.Refused as error:
        raise ValueError(error.detail) from None
    return line


def _path(value: Any) -> str:
    line = _line(value, 0, 500)
    if line:
        try:
            place(line)
        except Unusable as error:
            raise ValueError(error.detail) from None
    return line


def _mapping(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or set(value) - set(FIELDS):
        raise ValueError(f"must name fields among {', '.join(FIELDS)}")
    return {field: line for field in FIELDS if (line := _line(value.get(field), 0, 200))}
