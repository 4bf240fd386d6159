"""Reading a CRM: one page per job, so that a crash goes on where it was."""

from typing import Any

from app.crm import runs, sources
from app.engine import Phases, topic

BY = "process:crm_schedule"


@topic("crm.fetch_page", returns={"more": bool})
def fetch_page(run: int) -> Phases:
    """Read the next page of a CRM and bring the contacts up to date; says whether there is more."""
    asked = runs.order(run)
    yield
    fetched = runs.fetch(asked)
    yield
    return {"more": runs.take_in(run, asked, fetched)}


@topic("crm.finish")
def finish(run: int) -> None:
    """Close the report of a CRM that was read to its end."""
    runs.finish(run)


@topic("crm.give_up")
def give_up(run: int, why: str) -> None:
    """Close the report of a CRM that could not be read, with the reason."""
    runs.give_up(run, why)


@topic("crm.next_round", returns={"at": str})
def next_round(source: int, revision: int) -> dict[str, Any]:
    """Say when a CRM is read again by itself; nothing when it is not, or another schedule took over."""
    return {"at": runs.next_at(sources.by_id(source), revision)}


@topic("crm.begin")
def begin(source: int) -> None:
    """Begin to read a CRM, unless it is being read."""
    runs.begin(sources.by_id(source), by=BY)
