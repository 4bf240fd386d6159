"""Which desk a ticket is at."""

from app.departments import Department
from app.tickets import stages
from app.tickets.assigning import assign
from app.tickets.changes import hold, touch
from app.tickets.ticket import Ticket


def move(ticket: Ticket, department: Department, *, by: str, reason: str = "") -> bool:
    """Move a ticket to another department and record `ticket.department_changed`; return whether it moved.

    It leaves the hands of an agent who is no member there.
    """
    hold(ticket)
    before = ticket.department
    if before.id == department.id:
        return False
    ticket.department, ticket.department_id = department, department.id
    touch(
        ticket,
        "ticket.department_changed",
        by=by,
        reason=reason,
        before={"department": before.key},
        after={"department": department.key},
        data={"department": department.key},
    )
    stages.follow(ticket, by=by, reason=reason)
    if ticket.assignee is not None and ticket.assignee not in department.members:
        assign(ticket, None, by=by, reason=f"moved to {department.name}")
    return True
