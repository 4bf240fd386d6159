"""Stages: how the desk divides the life of a ticket on its board. Each maps onto a status; a ticket is in one.

A status may have several stages. One that is set by hand is kept as long as it fits the ticket's status; otherwise a
ticket goes to the first stage that fits best.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, update

from app import options
from app.db import db
from app.errors import Invalid
from app.options import Option
from app.text import one_line
from app.tickets.changes import touch
from app.tickets.configured import flag_of, key_of, keys_of, listed, name_of, unique
from app.tickets.ticket import OPEN_STATUSES, WAIT_REASONS, Ticket

MAPPED = ("open", "in_progress", "waiting", "resolved", "closed", "cancelled", "rejected")
NEEDED = tuple(status for status in MAPPED if status != "closed")
LIKE = {"customer_responded": "in_progress", "closed": "resolved", "merged": "resolved"}
"""Statuses without a stage of their own, and the one they are shown with."""
MOST, LONGEST_WAIT = 20, 8_760


@dataclass(frozen=True)
class Stage:
    """`departments` are keys, none means all; `awaiting_after` are hours without anybody touching the ticket."""

    key: str
    name: str
    status: str
    wait_reason: str | None = None
    departments: tuple[str, ...] = ()
    reason_required: bool = False
    awaiting_after: int | None = None

    def fit(self, ticket: Ticket) -> int:
        """Return how well the stage fits where a ticket stands, 0 for not at all."""
        if not self.open_to(ticket) or self.status not in {ticket.status, LIKE.get(ticket.status)}:
            return 0
        return 1 + 2 * (self.status == ticket.status) + (self.wait_reason == ticket.wait_reason)

    def open_to(self, ticket: Ticket) -> bool:
        """Tell whether tickets of its department go through this stage."""
        return not self.departments or ticket.department.key in self.departments


PRESETS = (
    Stage("new", "New", "open"),
    Stage("in_progress", "In Progress", "in_progress"),
    Stage("awaiting", "Awaiting", "waiting", "customer"),
    Stage("done", "Done", "resolved"),
    Stage("cancelled", "Cancelled", "cancelled"),
    Stage("rejected", "Rejected", "rejected"),
)


def _checked(value: Any) -> list[dict[str, Any]]:
    stages = [_stage(one) for one in listed(value, MOST)]
    unique([stage.key for stage in stages])
    everywhere = {stage.status for stage in stages if not stage.departments}
    if missing := [status for status in NEEDED if status not in everywhere]:
        raise ValueError(f"need one for all departments that means {missing[0].replace('_', ' ')}")
    return [asdict(stage) | {"departments": list(stage.departments)} for stage in stages]


def _stage(one: Any) -> Stage:
    status, wait, after = one.get("status"), one.get("wait_reason") or None, one.get("awaiting_after")
    if status not in MAPPED:
        raise ValueError(f"must each mean one of {', '.join(MAPPED)}")
    if wait is not None and (wait not in WAIT_REASONS or status != "waiting"):
        raise ValueError(f"may wait only for {', '.join(WAIT_REASONS)}, and only where they mean waiting")
    if after in ("", None):
        after = None
    elif status not in ("open", "in_progress"):
        raise ValueError("move to Awaiting by themselves only while somebody works on the ticket")
    else:
        after = options.whole(1, LONGEST_WAIT)(after)
    where, asked = keys_of(one.get("departments")), flag_of(one.get("reason_required"))
    return Stage(key_of(one.get("key")), name_of(one.get("name")), status, wait, where, asked, after)


STAGES: Option[list[dict[str, Any]]] = Option("tickets.stages", lambda: [asdict(one) for one in PRESETS], _checked)


def all_stages() -> list[Stage]:
    """Return the stages in the order of the board."""
    return [Stage(**{**one, "departments": tuple(one["departments"])}) for one in STAGES.get()]


def by_key(key: str) -> Stage:
    """Return a stage by its key, or by its name in any case; raise Invalid naming those there are."""
    word = one_line(key, 60)
    for stage in all_stages():
        if word == stage.key or word.lower() == stage.name.lower():
            return stage
    known = ", ".join(stage.key for stage in all_stages())
    raise Invalid(f"There is no stage {key!r}.", {"stage": f"must be one of {known}"})


def of(ticket: Ticket) -> Stage:
    """Return the stage a ticket is in: the one it is in already if none fits better, else the first that fits best."""
    return max(all_stages(), key=lambda stage: (stage.fit(ticket), stage.key == ticket.stage))


def follow(ticket: Ticket, *, by: str, reason: str = "", to: Stage | None = None) -> bool:
    """Bring the stage of a ticket after its status, or to one that fits, and record `ticket.stage_changed`."""
    stage = to or of(ticket)
    if stage.key == ticket.stage:
        return False
    before, ticket.stage = ticket.stage, stage.key
    told = {"ticket": ticket.id, "stage": stage.key}
    touch(
        ticket,
        "ticket.stage_changed",
        by=by,
        reason=reason,
        before={"stage": before},
        after={"stage": stage.key},
        data=told,
    )
    watch(ticket, stage, by=by)
    return True


def watch(ticket: Ticket, stage: Stage, *, by: str) -> bool:
    """Let a process look after a ticket whose stage says how long it may lie; return whether none did."""
    if stage.awaiting_after is None or ticket.watched:
        return False
    ticket.watched = True
    touch(ticket, "ticket.watched", by=by, data={"ticket": ticket.id})
    return True


def set_stages(stages: list[dict[str, Any]], *, by: str) -> bool:
    """Set the stages of the board; tickets in one that is gone or means something else now go where they belong."""
    before = {stage.key: stage for stage in all_stages()}
    if not STAGES.set(stages, by=by):
        return False
    now = {stage.key: stage for stage in all_stages()}
    moved = [key for key, stage in before.items() if key not in now or now[key].status != stage.status]
    narrowed = [key for key, stage in now.items() if key in before and stage.departments != before[key].departments]
    for status in {*OPEN_STATUSES, *MAPPED}:
        _resettle(status, [*moved, *narrowed])
    for key, stage in now.items():
        if stage.awaiting_after and (key not in before or before[key].awaiting_after is None):
            lying = select(Ticket).where(Ticket.stage == key, Ticket.rank > 0, Ticket.watched.is_(False))
            for ticket in db.session.scalars(lying):
                watch(ticket, stage, by=by)
    return True


def _resettle(status: str, gone: list[str]) -> None:
    # By groups that share a home: a desk has more tickets than ways they can stand.
    groups = select(Ticket.department_id, Ticket.wait_reason, Ticket.stage).where(Ticket.status == status)
    for department, wait_reason, stage in db.session.execute(groups.where(Ticket.stage.in_(gone)).distinct()).all():
        here = (
            Ticket.status == status,
            Ticket.department_id == department,
            Ticket.wait_reason.is_(None) if wait_reason is None else Ticket.wait_reason == wait_reason,
            Ticket.stage == stage,
        )
        one = db.session.scalars(select(Ticket).where(*here).limit(1)).one()
        home = of(one).key
        db.session.execute(
            update(Ticket).where(*here).values(stage=home), execution_options={"synchronize_session": "fetch"}
        )
