"""Departments: the desks a ticket can be at."""

from flask import Response

from app import departments
from app.api import answers, asks, document, shapes

blueprint = document.noun("departments", "The desks a ticket can be at.")


@blueprint.get("/departments", responses={200: answers.Listed[answers.Department]})
def index(query: asks.Paged) -> Response:
    """List departments by name."""
    found = [shapes.department(row) for row in departments.all_departments()]
    return shapes.sliced(found, query.page, query.page_size).shown()
