"""From the keys rows refer to tickets by to the numbers people know."""

from collections.abc import Iterable

from sqlalchemy import select

from app.db import db
from app.tickets.ticket import Ticket


def numbers(ids: Iterable[int | None]) -> dict[int, str]:
    """Return {key: number} of the tickets there are."""
    wanted = {ident for ident in ids if ident is not None}
    rows = db.session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(wanted)))
    return dict(rows.all())
