"""A bare application around the engine: a database, an echo operation, a form, messages and a lane."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import app.engine.forms as forms_module
from app.db import Base, db
from app.engine import operations
from app.engine.catalogue import lane, message


def _say(text: str) -> dict[str, str]:
    return {"said": text}


@pytest.fixture
def engine_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application with a fresh SQLite database and the operation `echo.say`, the form `answer` and four messages."""
    yield from _application(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def checking_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The same for tests that deploy nothing, made once for all of them."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield from _application(tmp_path_factory.mktemp("checking"), monkeypatch)


def _application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    forms = tmp_path / "forms"
    forms.mkdir()
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string", "maxLength": 20}, "sure": {"type": "boolean"}},
        "required": ["answer"],
    }
    (forms / "answer.json").write_text(json.dumps({"title": "Answer", "schema": schema, "ui": {}}))
    monkeypatch.setattr(forms_module, "FORMS", forms)
    forms_module.form.cache_clear()
    monkeypatch.setattr(operations, "_operations", {})
    operations.topic("echo.say", returns={"said": str})(_say)
    monkeypatch.setattr("app.engine.catalogue._messages", {})
    monkeypatch.setattr("app.engine.catalogue._lanes", {})
    message("request.received", "Somebody asks.", ticket=int, when=str)
    message("customer.replied", "The customer wrote again.", message=int)
    message("ticket.resolved", "It is solved.")
    message("ticket.rated", "The customer rated.", score=int)
    lane("", "Agent")
    application = Flask("engine-test")
    application.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'engine.db'}"
    db.init_app(application)
    with application.app_context():
        Base.metadata.create_all(db.engine)
        yield application
        db.session.remove()
        db.engine.dispose()
    forms_module.form.cache_clear()
