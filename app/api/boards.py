"""Boards of projects, read."""

from flask import Response

from app.api import asks, card_answers, card_shapes, document, shapes
from app.api.answers import Listed
from app.cards import finding

blueprint = document.noun("boards", "Projects and their boards.")


@blueprint.get("/boards", responses={200: Listed[card_answers.Board]})
def index(query: asks.Paged) -> Response:
    """List the boards in use, by name."""
    found = [card_shapes.board(project) for project in finding.projects()]
    return shapes.sliced(found, query.page, query.page_size).shown()


@blueprint.get("/boards/<id>", responses={200: card_answers.FullBoard})
def show(path: asks.ById) -> Response:
    """Show one board with its cards in order."""
    return card_shapes.full_board(finding.project(path.id)).shown()
