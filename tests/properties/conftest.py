"""The engine on both databases, with one operation and one form for generated drawings."""

import json
from pathlib import Path

import pytest
from rooms_fixtures import any_app, app, postgres_app

from app.engine import forms, operations

__all__ = ["any_app", "app", "postgres_app"]


@pytest.fixture(autouse=True)
def pick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offer the form `pick`, which asks for a number, and the operation `echo.say`."""
    folder = tmp_path / "forms"
    folder.mkdir()
    schema = {"type": "object", "properties": {"choice": {"type": "integer"}}, "required": ["choice"]}
    (folder / "pick.json").write_text(json.dumps({"title": "Pick", "schema": schema, "ui": {}}))
    monkeypatch.setattr(forms, "FORMS", folder)
    monkeypatch.setattr(operations, "_operations", {})
    operations.topic("echo.say", returns=("said",))(lambda text: {"said": text})
