"""What people call a running process and its elements; of several clocks of a ticket, each by what it times."""

from collections.abc import Sequence

from flask import Blueprint
from sqlalchemy import select

from app import engine
from app.db import db
from app.engine.models import Incident, Instance, Step
from app.web.wording import CLOCK

blueprint = Blueprint("process_names", __name__)


@blueprint.app_template_global()
def process_names(instances: Sequence[Instance]) -> dict[int, str]:
    """Return a name for each instance by its key, no two the same."""
    begun = select(Step.instance_id, Step.inputs).where(
        Step.kind == "started", Step.instance_id.in_([one.id for one in instances])
    )
    kinds = {row.instance_id: (row.inputs or {}).get("kind") for row in db.session.execute(begun)}
    plain = {one.id: _name(one, kinds.get(one.id)) for one in instances}
    names: dict[int, str] = {}
    for ident, name in plain.items():
        earlier = sum(plain[other] == name for other in names)
        again = list(plain.values()).count(name) > 1
        names[ident] = f"{name} {earlier + 1}" if again else name
    return names


def _name(instance: Instance, kind: object) -> str:
    timed = CLOCK.get(kind) if isinstance(kind, str) else None
    return f"{instance.definition.name} · {timed}" if timed else instance.definition.name


@blueprint.app_template_global()
def stuck_name(incident: Incident) -> str:
    """Return what the drawing calls the step that is stuck, or the work that failed where none is drawn."""
    drawn = engine.name_of(incident.instance.definition, incident.element or "") if incident.instance else ""
    return drawn or (incident.job.topic if incident.job else incident.element) or "A step"
