"""Saved states of a release, kept so that later ones prove they can still go on with them. Make those of this release:

    .venv/bin/python tests/engine/saved_states.py

It writes tests/engine/saved/<version>/<drawing>.json: the drawings, and for each stage of an instance its saved state,
its rows, its variables, and what happens to it next.
"""

import base64
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask
from properties import acting
from properties.blocks import (
    Beside,
    Block,
    Choice,
    Cutting,
    Fork,
    Guarded,
    Loop,
    Race,
    Row,
    Scope,
    Several,
    Step,
    Throwing,
)
from properties.drawn import drawn
from sqlalchemy import select

from app import engine
from app.db import Base, db
from app.engine import forms, library, operations, walk

FOLDER = Path(__file__).resolve().parent / "saved"
KEY = "case:saved"
ROWS = ("job", "user_task", "timer", "subscription", "kept_message")
_OURS = {"id", "public_id", "instance_id"}
TASK, JOB, MESSAGE, TIMER = Step("task"), Step("job"), Step("message"), Step("timer")
DRAWINGS: dict[str, Block] = {
    "row": Row((TASK, JOB, MESSAGE, TIMER, Step("script"), Step("kept"))),
    "loop": Loop(Row((Loop(TASK), JOB, MESSAGE))),
    "parallel": Fork((TASK, Row((JOB, MESSAGE)), Loop(TIMER))),
    "inclusive": Several((TASK, MESSAGE, JOB)),
    "choice": Row((Choice((TASK, JOB)), TASK)),
    "race": Loop(Race(TASK, JOB)),
    "sub_process": Scope(Row((TASK, Scope(JOB, False, ()), MESSAGE)), False, (("message", TASK), ("timer", JOB))),
    "called": Loop(Scope(Row((TASK, MESSAGE)), True, (("timer", TASK),))),
    "boundary": Row((Guarded("task", "timer", TASK), Guarded("job", "error", TASK))),
    "beside": Loop(Beside("task", "message", JOB)),
    "error": Loop(Throwing(Row((MESSAGE, JOB)), True, TASK)),
    "cut": Cutting(Row((TASK, JOB)), Row((MESSAGE, MESSAGE))),
}


@contextmanager
def desk() -> Iterator[Flask]:
    """Give an application on a fresh SQLite database with the form and operation of the generated drawings."""
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        folder = Path(home) / "forms"
        folder.mkdir()
        schema = {"type": "object", "properties": {"choice": {"type": "integer"}}, "required": ["choice"]}
        (folder / "pick.json").write_text(json.dumps({"title": "Pick", "schema": schema, "ui": {}}))
        patch.setattr(forms, "FORMS", folder)
        patch.setattr(operations, "_operations", {})
        operations.topic("echo.say", returns=("said",))(lambda text: {"said": text})
        flask = Flask("saved")
        flask.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{home}/saved.db"
        db.init_app(flask)
        with flask.app_context():
            db.create_all()
            yield flask
            db.session.remove()
            db.engine.dispose()


def waits() -> dict[str, str]:
    """Return what the instance waits for, by element."""
    return dict(sorted(acting.open_rows(KEY).items()))


def variables() -> dict[str, Any]:
    """Return the variables at every element that waits."""
    known = walk.live(acting.instance_of(KEY).id).known
    found = {wait.element: task.data for wait, task in known.items()}
    db.session.rollback()
    return dict(sorted(found.items()))


def _rows(table: str) -> list[dict[str, Any]]:
    columns = [column for column in Base.metadata.tables[table].columns if column.name not in _OURS]
    return [
        {c.name: _plain(v) for c, v in zip(columns, row, strict=True)} for row in db.session.execute(select(*columns))
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _stage() -> dict[str, Any]:
    state = acting.instance_of(KEY).state
    saved = {"state": base64.b64encode(state or b"").decode(), "rows": {name: _rows(name) for name in ROWS}}
    return {**saved, "waits": waits(), "variables": variables()}


def story(block: Block, key: str) -> dict[str, Any]:
    """Live through a drawing; return its files and the stages, each with what is done next."""
    files = drawn(block, key)
    for xml in files:
        library.store(xml, note="saved", by="system")
    engine.start(key, business_key=KEY, data={"case": 1}, by="system")
    acting.commit()
    stages, asked = [], Counter[str]()
    while open_now := list(waits().items()):
        # Not always the first, so that boundary events and branches have their turns.
        element, kind = open_now[len(stages) % len(open_now)]
        asked[element] += 1
        choice = 1 if element.endswith("_ask") and asked[element] < 2 else 0
        stages.append({**_stage(), "next": [kind, element, choice]})
        acting.act(KEY, kind, element, choice)
    assert acting.instance_of(KEY).status == "completed", key
    return {"drawings": files, "key": key, "stages": stages}


def main() -> None:
    folder = FOLDER / version("flowdesk")
    folder.mkdir(parents=True, exist_ok=True)
    for name, block in DRAWINGS.items():
        with desk():
            told = story(block, name)
        (folder / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n")
        print(f"{folder.name}/{name}.json: {len(told['stages'])} stages")


if __name__ == "__main__":
    main()
