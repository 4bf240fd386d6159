"""How a department gives its tickets away."""

from app.amending import amend
from app.departments import Department
from app.errors import Invalid
from app.routing.strategies import STRATEGIES


def set_way(department: Department, strategy: str, *, prefers_agent: bool, vip_to_senior: bool, by: str) -> bool:
    """Set strategy and switches and record `department.assignment_changed`; return whether anything changed."""
    if strategy not in STRATEGIES:
        known = ", ".join(STRATEGIES)
        raise Invalid(f"There is no strategy {strategy[:40]!r}.", {"strategy": f"must be one of {known}"})
    fields = {"strategy": strategy, "prefers_agent": prefers_agent, "vip_to_senior": vip_to_senior}
    name, subject = "department.assignment_changed", f"department:{department.id}"
    return amend(department, fields, name, by=by, subject=subject)
