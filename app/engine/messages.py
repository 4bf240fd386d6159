"""Messages: whoever waits for this name under this business key gets it, once; a start event begins a process."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from app.db import db, execute
from app.engine import expressions, library, locks, walk
from app.engine.models import Instance, Subscription
from app.errors import NotFound

_WAITING = select(Subscription.instance_id).where(
    Subscription.message == bindparam("message"), Subscription.business_key == bindparam("business_key")
)


def deliver(message: str, business_key: str, payload: dict[str, Any], *, by: str) -> int:
    """Hand a message to every instance that waits for it; return how many took it. Nobody waiting is no error.

    A message the drawing marks as kept waits for an instance that is busy just now.
    """
    hearing = library.hearing()
    if message not in hearing.known:
        return 0
    locks.lock({business_key})  # or a process that comes to wait just now would miss it
    waiting = _waiting(message, business_key)
    walk.take_in_hand(waiting)
    taken = 0
    for instance_id in waiting:
        taken += walk.live(instance_id, business_key).hear(message, payload, by)
    keepers = {ident for ident, names in hearing.kept.items() if message in names}
    if keepers and not taken:
        taken = _keep(keepers, message, business_key, payload, by)
    for ident, when in hearing.starts.get(message, ()):
        if when and not _wanted(when, payload):
            continue
        walk.begin(ident, business_key=business_key, data=payload, by=by, message=message)
        taken += 1
    return taken


def _wanted(when: str, payload: dict[str, Any]) -> bool:
    try:
        return bool(expressions.evaluate(when, payload))
    except expressions.ExpressionError:
        return True  # what happened at the desk must not fail for a drawing; started, it shows where it is stuck


def _keep(keepers: set[int], message: str, business_key: str, payload: dict[str, Any], by: str) -> int:
    busy = select(Instance.id).where(
        Instance.business_key == business_key, Instance.ended_at.is_(None), Instance.definition_id.in_(keepers)
    )
    ones = [walk.live(instance_id, business_key) for instance_id in db.session.scalars(busy).all()]
    return sum(one.keep(message, payload, by) for one in ones if one.workflow is not None)


def _waiting(message: str, business_key: str) -> list[int]:
    """Return what may wait for a message: what rows say, and what is in hand and has no rows yet."""
    told = execute(_WAITING, {"message": message, "business_key": business_key}).scalars()
    return sorted({*told, *walk.in_hand(business_key)})


def start(key: str, *, business_key: str, data: dict[str, Any], by: str) -> Instance:
    """Start the active version of a process by its key; raise NotFound."""
    definition = library.active(key)
    message = definition.start_message or ""
    return walk.begin(definition.id, business_key=business_key, data=data, by=by, message=message).instance


def instance(public_id: str) -> Instance:
    """Return an instance by public id; raise NotFound."""
    found = db.session.scalar(select(Instance).where(Instance.public_id == public_id)) if _is_uuid(public_id) else None
    if found is None:
        raise NotFound("There is no such process instance.")
    return found


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
