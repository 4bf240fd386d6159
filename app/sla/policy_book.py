"""Finding the policy of a ticket, and what a manager does with policies: each change is told to the open clocks."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import event as sa_event
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app import clock, events
from app.contacts.contact import Organisation
from app.db import db, of_transaction
from app.departments.department import Department
from app.errors import Invalid, NotFound
from app.once import insert_once
from app.sla import policy as policy_rules
from app.sla.policy import KINDS, PRESETS, Policy, place_of
from app.sla.promises import changed
from app.text import one_line
from app.tickets.ticket import PRIORITIES, Ticket

_READ = "sla.policies"


def policy_for(ticket: Ticket) -> Policy:
    """Return the policy a ticket falls under; raise NotFound without any.

    Of those for its priority the most specific wins: for its organisation and department, for its organisation, for
    its department, for everybody. Each is looked for once per transaction.
    """
    return policy_of(ticket.priority, ticket.department_id, ticket.contact.organisation_id)


def policy_of(priority: str, department_id: int | None, organisation_id: int | None) -> Policy:
    """Return the policy of a priority at a desk for the people of an organisation; raise NotFound without any."""
    read: dict[Any, Policy | None] = of_transaction().setdefault(_READ, {})
    where = (priority, department_id, organisation_id)
    if where not in read:
        read[where] = _find(*where)
    found = read[where]
    if found is None:
        raise NotFound(f"There is no SLA policy for priority {priority}.")
    return found


def policies() -> list[Policy]:
    """Return every policy in force: those for everybody, then departments, then organisations; low to urgent."""
    eager = (joinedload(Policy.department), joinedload(Policy.organisation))
    rows = db.session.scalars(select(Policy).where(Policy.place.is_not(None)).options(*eager)).all()
    return sorted(rows, key=lambda p: (p.organisation_id or 0, p.department_id or 0, PRIORITIES.index(p.priority)))


def by_public_id(public_id: str) -> Policy:
    """Return the policy in force the outside names so; raise NotFound."""
    named = select(Policy).where(Policy.public_id == one_line(public_id, 36), Policy.place.is_not(None))
    found = db.session.scalars(named).one_or_none()
    if found is None:
        raise NotFound("There is no such policy.")
    return found


def set_policy(
    priority: str,
    *,
    by: str,
    first_response: int | None = None,
    next_response: int | None = None,
    idle: int | None = None,
    resolution: int | None = None,
    name: str = "",
    department: Department | None = None,
    organisation: Organisation | None = None,
    near_breach: float = 0.75,
    in_hours: bool = False,
    pauses: Mapping[str, Collection[str]] | None = None,
) -> Policy:
    """Return the policy of a priority (and department, and organisation), made or changed to this; targets in seconds.

    Records `policy.set`, and `promises.changed` for the open clocks. Raise Invalid naming a target that is not
    positive, a share that is not above 0 and at most 1, an unknown pause.
    """
    targets = {
        "first_response": first_response,
        "next_response": next_response,
        "idle": idle,
        "resolution": resolution,
    }
    wanted: dict[str, Any] = {
        "name": one_line(name, 120) or priority.capitalize(),
        **policy_rules.checked_targets(targets),
        "near_breach": policy_rules.checked_share(near_breach),
        "in_hours": in_hours,
        "pauses": policy_rules.checked_pauses(pauses),
    }
    place = place_of(priority, department, organisation)
    policy, before = _held(place), None
    if policy is None:
        policy = Policy(place=place, priority=priority, department=department, organisation=organisation, **wanted)
        if not insert_once(policy):  # somebody made it just now
            policy = _held(place)
            assert policy is not None
            before = {field: getattr(policy, field) for field in wanted}
    else:
        before = {field: getattr(policy, field) for field in wanted}
    if before == wanted:
        return policy
    for field, value in wanted.items():
        setattr(policy, field, value)
    db.session.flush()
    _tell("policy.set", policy, by, before, wanted)
    return policy


def remove_policy(policy: Policy, *, by: str) -> bool:
    """Let the next less specific policy hold instead, and record `policy.removed`; return whether it was in force.

    Raise Invalid for one that holds for everybody: there is nothing behind it.
    """
    if policy.department_id is None and policy.organisation_id is None:
        raise Invalid("Every priority needs a policy that holds for everybody.", {"policy": "cannot be removed"})
    if (place := policy.place) is None or _held(place) is None:
        return False
    policy.place, policy.removed_at = None, clock.now()
    db.session.flush()
    before = {kind: policy.budget(kind) for kind in KINDS}
    _tell("policy.removed", policy, by, before, None)
    return True


def ensure_presets(by: str) -> None:
    """Make the preset policies that are missing; what somebody changed stays."""
    everybody = (Policy.department_id.is_(None), Policy.organisation_id.is_(None), Policy.place.is_not(None))
    present = set(db.session.scalars(select(Policy.priority).where(*everybody)))
    for priority, targets in PRESETS.items():
        if priority not in present:
            set_policy(priority, **targets, by=by)


def _find(priority: str, department_id: int | None, organisation_id: int | None) -> Policy | None:
    at = or_(Policy.department_id == department_id, Policy.department_id.is_(None))
    whose = or_(Policy.organisation_id == organisation_id, Policy.organisation_id.is_(None))
    query = select(Policy).where(Policy.priority == priority, Policy.place.is_not(None), at, whose)
    most_specific = (Policy.organisation_id.is_(None), Policy.department_id.is_(None))
    return db.session.scalars(query.order_by(*most_specific).limit(1)).first()


def _held(place: str) -> Policy | None:
    query = select(Policy).where(Policy.place == place).with_for_update(of=Policy)
    return db.session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


def _tell(name: str, policy: Policy, by: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    db.session.info.pop(_READ, None)
    place = {
        "priority": policy.priority,
        "department_id": policy.department_id,
        "organisation_id": policy.organisation_id,
    }
    events.record(name, by=by, subject=f"policy:{policy.id}", before=before, after=place | after if after else None)
    whose = {"department": policy.department_id or 0, "organisation": policy.organisation_id or 0}
    if before is None and not any(whose.values()):
        return  # no clock counts by the first policy of a priority yet
    changed(f"policy:{policy.id}", by=by, priority=policy.priority, **whose)


@sa_event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_READ, None)
