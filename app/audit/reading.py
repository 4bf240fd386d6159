"""Reading events: filtered, newest first, a page at a time."""

from datetime import datetime

from sqlalchemy import select

from app.events import Event
from app.paging import Page, paginate


def page(
    number: int = 1,
    page_size: int = 50,
    *,
    name: str | None = None,
    actor: str | None = None,
    subject: str | None = None,
    ticket_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page[Event]:
    """Return one page of events; a `name` that ends with a dot, such as `ticket.`, stands for all that begin so.

    `since` counts, `until` does not.
    """
    query = select(Event).order_by(Event.id.desc())
    if name:
        query = query.where(Event.name.startswith(name, autoescape=True) if name.endswith(".") else Event.name == name)
    for column, wanted in ((Event.actor, actor), (Event.subject, subject), (Event.ticket_id, ticket_id)):
        if wanted:
            query = query.where(column == wanted)
    if since:
        query = query.where(Event.at >= since)
    if until:
        query = query.where(Event.at < until)
    return paginate(query, number, page_size)
