"""What changes for many clocks at once is told in one event; a drawing decides that they are counted again."""

from app import events


def changed(
    subject: str, *, by: str, priority: str = "", department: int = 0, organisation: int = 0, contact: int = 0
) -> None:
    """Record `promises.changed`: whose open clocks count by something else now; what is not named is any."""
    data = {"priority": priority, "department": department, "organisation": organisation, "contact": contact}
    events.record("promises.changed", by=by, subject=subject, data=data)
