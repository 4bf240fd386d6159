"""A run: begun by somebody or the schedule, taken in page by page, and over with a report."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app import clock, events
from app.contacts import Contact
from app.crm.applying import Conflict, Page
from app.crm.connectors import LONGEST, MOST_PAGES, Connector, Fetched, Order, Unusable
from app.crm.csv_file import CsvFile, decoded
from app.crm.http_json import HttpJson
from app.crm.record import Record, Unreadable
from app.crm.source import Line, Run, Source
from app.db import db
from app.errors import Conflict as Taken
from app.errors import Invalid, NotFound
from app.paging import Page as Paged
from app.paging import paginate
from app.text import clean, one_line

BY = "process:crm_sync"
CONNECTORS: dict[str, Connector] = {"http": HttpJson(), "csv": CsvFile()}


def begin(source: Source, *, by: str, content: bytes | None = None, filename: str = "") -> Run:
    """Begin a run and record `crm.sync_requested`, which starts its process; return the one under way if there is.

    Raise Invalid where there is nothing to read, Conflict for an upload while another run is under way.
    """
    if content is not None:
        _refuse_odd(source, content)
    db.session.flush()
    db.session.refresh(source, with_for_update=True)
    under_way = db.session.scalars(select(Run).where(Run.source_id == source.id, Run.state == "running")).first()
    if under_way is not None:
        if content is not None:
            raise Taken(f"{source.name} is being read just now; send the file again afterwards.")
        return under_way
    if source.kind == "csv" and content is None and not source.path:
        raise Invalid("There is no file to read.", {"file": "is needed"})
    since = source.since if source.kind == "http" else ""
    run = Run(source_id=source.id, by=by, since=since, content=content, filename=one_line(filename, 255))
    db.session.add(run)
    db.session.flush()
    events.record("crm.sync_requested", by=by, subject=run.subject, data={"run": run.id})
    return run


def _refuse_odd(source: Source, content: bytes) -> None:
    if source.kind != "csv":
        raise Invalid("Only a CSV source takes a file.", {"file": "is not for this CRM"})
    try:
        text = decoded(content)
    except Unusable as error:
        raise Invalid(error.detail, {"file": error.detail}) from None
    if not text.strip():
        raise Invalid("The file is empty.", {"file": "is empty"})


def order(run_id: int) -> Order:
    """Return what the next page of a run is asked for by."""
    run = by_id(run_id)
    source = run.source
    return Order(
        kind=source.kind,
        since=run.since,
        cursor=run.cursor,
        row=run.rows,
        began=run.began_at.isoformat(timespec="seconds"),
        mapping=dict(source.mapping),
        url=source.url,
        path=source.path,
        token=source.token,
        content=run.content,
    )


def fetch(asked: Order) -> Fetched:
    """Return a page from outside; no transaction is open meanwhile."""
    return CONNECTORS[asked.kind].page(asked)


def take_in(run_id: int, asked: Order, fetched: Fetched) -> bool:
    """Apply a page, once, and go to the next cursor; return whether there is one."""
    run = by_id(run_id)
    db.session.flush()
    db.session.refresh(run, with_for_update=True)
    if run.state != "running":
        return False
    if (run.cursor, run.rows) != (asked.cursor, asked.row):
        return True  # somebody else took this page in
    if len(fetched.cursor) > LONGEST or run.pages >= MOST_PAGES:
        raise Unusable(f"A run reads {MOST_PAGES:,} pages at most.")
    page = Page(run.source.name, [record for record in fetched.records if isinstance(record, Record)])
    for record in fetched.records:
        _take(run, page, record)
    run.pages += 1
    run.cursor, run.next_since = fetched.cursor, fetched.since
    return bool(fetched.cursor)


def _take(run: Run, page: Page, record: Record | Unreadable) -> None:
    if isinstance(record, Unreadable):
        _refuse(run, record, record.reason)
        return
    try:
        effect = page.apply(record, by=BY)
    except Conflict as error:
        _refuse(run, record, str(error))
        return
    setattr(run, effect.outcome, getattr(run, effect.outcome) + 1)
    if effect.outcome == "unchanged" and not effect.kept:
        return
    line = Line(run_id=run.id, row=record.row, outcome=effect.outcome, external_id=record.external_id)
    line.contact_id, line.after = effect.contact.id, effect.after
    line.before = effect.before if effect.outcome != "added" else {}
    if effect.kept:
        line.reason = f"Edited here, so it stays: {', '.join(effect.kept)}."
        line.outcome = "kept" if effect.outcome == "unchanged" else effect.outcome
    db.session.add(line)


def _refuse(run: Run, record: Record | Unreadable, reason: str) -> None:
    run.refused += 1
    refused = {"run_id": run.id, "row": record.row, "external_id": record.external_id}
    db.session.add(Line(outcome="refused", reason=clean(reason, 1_000), **refused))


def finish(run_id: int) -> None:
    """End a run well and record `crm.synced`; the next one begins where this one was."""
    run = by_id(run_id)
    if run.state == "running":
        _end(run, "done")
        run.source.since = run.next_since
        counts = {name: getattr(run, name) for name in ("added", "changed", "unchanged", "refused")}
        events.record("crm.synced", by=BY, subject=run.subject, after=counts, data={"run": run.id, **counts})


def give_up(run_id: int, why: str) -> None:
    """End a run that failed and record `crm.sync_failed`; what was taken in stays, the next one begins afresh."""
    run = by_id(run_id)
    if run.state == "running":
        _end(run, "failed")
        run.error = clean(why, 1_000)
        events.record("crm.sync_failed", by=BY, subject=run.subject, reason=run.error, data={"run": run.id})


def _end(run: Run, state: str) -> None:
    run.state, run.ended_at, run.content = state, clock.now(), None


def next_at(source: Source, revision: int) -> str:
    """Return when a schedule begins its next run, RFC 3339; empty when it is off or another one took over."""
    if source.revision != revision or not source.every_hours:
        return ""
    return (clock.now() + timedelta(hours=source.every_hours)).isoformat(timespec="seconds")


def by_id(run_id: int) -> Run:
    """Return the run with this key; raise NotFound."""
    return _found(db.session.get(Run, run_id))


def by_public_id(public_id: str) -> Run:
    """Return the run the outside names so; raise NotFound."""
    query = select(Run).where(Run.public_id == one_line(public_id, 36)).options(joinedload(Run.source))
    return _found(db.session.scalars(query).one_or_none())


def _found(run: Run | None) -> Run:
    if run is None:
        raise NotFound("There is no such run.")
    return run


def latest(page: int = 1, page_size: int = 20, source: Source | None = None) -> Paged[Run]:
    """Return runs, newest first."""
    query = select(Run).order_by(Run.id.desc()).options(joinedload(Run.source))
    return paginate(query.where(Run.source_id == source.id) if source else query, page, page_size)


def report(run: Run, outcome: str = "", page: int = 1, page_size: int = 50) -> Paged[Line]:
    """Return what a run did, in the order of its records; those that changed nothing are only counted."""
    query = select(Line).where(Line.run_id == run.id).order_by(Line.id)
    eager = selectinload(Line.contact).selectinload(Contact.emails)
    return paginate((query.where(Line.outcome == outcome) if outcome else query).options(eager), page, page_size)
