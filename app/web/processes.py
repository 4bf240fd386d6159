"""The drawings and tables in force, how many instances run on each, and each of them to read."""

from collections import Counter

from flask import Blueprint, render_template, request
from sqlalchemy import func, select

from app import engine
from app.db import db
from app.engine.models import Definition, Instance
from app.web import decision_table
from app.web.access import allow
from app.web.process_line import START

blueprint = Blueprint("processes", __name__)


@blueprint.get("/processes")
@allow("process.read")
def index() -> str:
    """List what is deployed."""
    # The request comes first: everything else serves it.
    deployed = sorted(engine.definitions(), key=lambda one: (one.kind, one.start_message != START, one.name))
    return render_template("processes/index.html", definitions=deployed, counts=_counts())


def _counts() -> dict[str, Counter[str]]:
    query = (
        select(Definition.key, Instance.status, func.count(Instance.id))
        .join(Instance, Instance.definition_id == Definition.id)
        .group_by(Definition.key, Instance.status)
    )
    counts: dict[str, Counter[str]] = {}
    for key, status, number in db.session.execute(query):
        counts.setdefault(key, Counter())[status] = number
    return counts


@blueprint.get("/processes/<key>")
@allow("process.read")
def show(key: str) -> str:
    """Show one version of a drawing or table, the active one unless told."""
    definition = engine.version(key, request.args.get("version", type=int))
    versions = db.session.scalars(select(Definition).where(Definition.key == key).order_by(Definition.version.desc()))
    table = decision_table.read(definition.xml) if definition.kind == "dmn" else None
    return render_template("processes/show.html", definition=definition, versions=list(versions), table=table)
