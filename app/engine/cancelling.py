"""Cancelling an instance: a person ends it where it stands, whatever it waits for."""

from app import events
from app.engine import messages, walk
from app.engine.models import Instance
from app.errors import Conflict


def cancel(public_id: str, *, by: str, reason: str) -> Instance:
    """End an instance and everything it waits for; its history stays, and tells who did it and why.

    A worker that is busy for it is not listened to any more. Raise NotFound, or Conflict for one that has ended.
    """
    found = messages.instance(public_id)
    one = walk.live(found.id, found.business_key)
    if one.workflow is None:
        when = f" at {one.instance.ended_at:%Y-%m-%d %H:%M:%S} UTC" if one.instance.ended_at else ""
        raise Conflict(f"The process has ended already{when}: it was {one.instance.status}.", at=one.instance.ended_at)
    one.end("cancelled", by, reason=reason)
    data = {"instance": found.public_id, "process": one.plan.key}
    events.record("instance.cancelled", by=by, subject=found.business_key, reason=reason, data=data)
    return one.instance
