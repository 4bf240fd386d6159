"""Departments: the desks a ticket can be at."""

from flask import Response

from app import departments
from app.api import answers, asks, document, shapes

blueprint = document.noun("departments", "The desks a ticket can be at.")


@blueprint.get("/departments", responses={200: answers.Listed[answers.Department]})
def index(query: asks.Paged) -> Response:
    """List departments by name."""
    found = [
        answers.Department(
            id=row.public_id,
            key=row.key,
            name=row.name,
            is_default=row.is_default,
            addresses=sorted(one.email for one in row.addresses),
            members=[shapes.person(agent) for agent in row.members],
            calendar=row.calendar.spec if row.calendar else None,
        )
        for row in departments.all_departments()
    ]
    return shapes.sliced(found, query.page, query.page_size).shown()
