"""The engine on both databases, for many clients at once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.drawings import HEAD, form, node, operator, timer
from engine.drawings import flow as line
from flask import Flask
from races.many import Many
from rooms_fixtures import any_app, app, postgres_app

from app.db import db
from app.engine import forms, library, operations

__all__ = ["any_app", "app", "postgres_app"]

MESSAGES = '<bpmn:message id="m_begun" name="race.begun"/><bpmn:message id="m_called" name="race.called"/>'
HEARD = '<bpmn:messageEventDefinition messageRef="m_called"/>'


def _events(activity: str) -> str:
    return (
        node("boundaryEvent", f"{activity}_late", inner=timer("timeDuration", '"PT0S"'), attachedToRef=activity)
        + node("boundaryEvent", f"{activity}_called", inner=HEARD, attachedToRef=activity)
        + node("endEvent", f"{activity}_late_end")
        + node("endEvent", f"{activity}_called_end")
        + line(f"{activity}_l", f"{activity}_late", f"{activity}_late_end")
        + line(f"{activity}_c", f"{activity}_called", f"{activity}_called_end")
    )


def _process(inside: str) -> str:
    start = node("startEvent", "start", inner='<bpmn:messageEventDefinition messageRef="m_begun"/>')
    whole = start + inside + node("endEvent", "end")
    return f'{HEAD}<bpmn:process id="race" isExecutable="true">{whole}</bpmn:process>{MESSAGES}</bpmn:definitions>'


RACE = _process(
    node("parallelGateway", "split")
    + node("userTask", "ask", inner=form("yes"))
    + _events("ask")
    + node("serviceTask", "work", inner=operator("race.work"))
    + _events("work")
    + line("f1", "start", "split")
    + line("f2", "split", "ask")
    + line("f3", "split", "work")
    + line("f4", "ask", "end")
    + line("f5", "work", "end")
)
"""A task and a job side by side; a timer that is due at once and a message can interrupt either."""


@pytest.fixture
def many(any_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Many]:
    """Give clients that act at the same moment on instances of the drawing RACE."""
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "yes.json").write_text(json.dumps({"title": "Yes", "schema": {"type": "object"}, "ui": {}}))
    monkeypatch.setattr(forms, "FORMS", folder)
    monkeypatch.setattr(operations, "_operations", {})
    operations.topic("race.work")(lambda: {})
    library.store(RACE, note="race", by="system")
    db.session.commit()
    with Many(any_app) as clients:
        yield clients
