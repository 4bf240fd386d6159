"""Workers on both databases, with operations a test declares itself."""

import json
from pathlib import Path

import pytest
from flask import Flask
from jobs.workshop import Workshop
from rooms_fixtures import any_app, app, postgres_app

from app import queue
from app.engine import forms, operations

__all__ = ["any_app", "app", "postgres_app"]


@pytest.fixture
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Give drawings, operations and workers in the application the test asks for, SQLite unless told."""
    name = "any_app" if "any_app" in request.fixturenames else "app"
    flask: Flask = request.getfixturevalue(name)
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "answer.json").write_text(json.dumps({"title": "Answer", "schema": {"type": "object"}, "ui": {}}))
    monkeypatch.setattr(forms, "FORMS", folder)
    monkeypatch.setattr(operations, "_operations", {})
    monkeypatch.setattr(queue, "_send", {})
    return Workshop(flask)
