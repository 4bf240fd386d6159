"""What an earlier release saved, this one goes on with: every kept state is restored and finished."""

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import saved_states as saved
from properties import acting

from app.db import Base, UTCDateTime, db
from app.engine import library, state
from app.engine.models import Definition, Instance

FILES = sorted(saved.FOLDER.glob("*/*.json"))


def _value(column: Any, value: Any) -> Any:
    return datetime.fromisoformat(value) if value is not None and isinstance(column.type, UTCDateTime) else value


def restored(told: dict[str, Any], stage: dict[str, Any]) -> None:
    """Put the drawings, the instance and its rows into the database as they were kept."""
    for xml in told["drawings"]:
        library.store(xml, note="saved", by="system")
    kept = base64.b64decode(stage["state"])
    definition = db.session.scalars(db.select(Definition).filter_by(key=told["key"])).one()
    instance = Instance(definition=definition, business_key=saved.KEY, state=kept, started_by="system")
    db.session.add(instance)
    db.session.flush()
    models = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}
    for name, rows in stage["rows"].items():
        columns = Base.metadata.tables[name].columns
        for row in rows:
            values = {column: _value(columns[column], value) for column, value in row.items()}
            db.session.add(models[name](instance_id=instance.id, **values))
    acting.commit()


def gone_on_with(told: dict[str, Any], number: int) -> None:
    """Restore one stage and let happen what happened then, to the end."""
    restored(told, told["stages"][number])
    for now in told["stages"][number:]:
        assert saved.waits() == now["waits"], f"stage {number}"
        assert saved.variables() == now["variables"], f"stage {number}"
        acting.act(saved.KEY, *now["next"])
    instance = acting.instance_of(saved.KEY)
    assert (instance.status, instance.state, saved.waits()) == ("completed", None, {})
    acting.forget_all()


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name} {file.stem}")
def test_what_a_release_saved_is_gone_on_with_from_every_stage(file: Path) -> None:
    told = json.loads(file.read_text())
    with saved.desk():
        for number in range(len(told["stages"])):
            gone_on_with(told, number)


def test_a_state_saved_before_states_carried_a_format_is_gone_on_with() -> None:
    told = json.loads(FILES[0].read_text())
    for stage in told["stages"]:
        marked = base64.b64decode(stage["state"])
        assert marked[0] == state.FORMAT
        stage["state"] = base64.b64encode(marked[1:]).decode()
    with saved.desk():
        gone_on_with(told, 0)


def test_every_kind_of_drawing_was_kept_for_this_release() -> None:
    kept = {file.stem for file in (saved.FOLDER / saved.version("flowdesk")).glob("*.json")}
    assert kept == set(saved.DRAWINGS)


def test_a_state_of_a_format_to_come_is_refused_with_a_sentence() -> None:
    with pytest.raises(state.UnknownFormat, match="newer release"):
        state.restore(bytes([state.FORMAT + 1]) + b"{}", None)  # type: ignore[arg-type]
