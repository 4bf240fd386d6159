"""What a release brings is deployed; what somebody at the desk deployed themselves is left alone."""

from pathlib import Path

import pytest
from engine.drawings import definitions, flow, message, node
from flask import Flask

import workers.topics  # noqa: F401  declares the messages
from app import engine, migrating, presets
from app.engine import library


def drawing(end: str) -> str:
    start = node("startEvent", "start", inner=message("request.received"))
    return definitions(start + node("endEvent", end) + flow("f", "start", end))


def test_an_upgrade_brings_its_drawings_but_for_those_somebody_made_their_own(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "DRAWINGS", tmp_path)
    monkeypatch.setattr(presets, "ensure", lambda by: None)
    shipped = tmp_path / "demo.bpmn"
    shipped.write_text(drawing("end"))
    for _ in range(2):
        migrating.first_start()
    assert library.active("demo").version == 1
    shipped.write_text(drawing("later"))
    migrating.first_start()
    upgraded = library.active("demo")
    assert (upgraded.version, upgraded.note) == (2, "Shipped with Flowdesk (demo.bpmn)")
    engine.deploy(drawing("ours"), note="ours", by="agent:1")
    shipped.write_text(drawing("again"))
    migrating.first_start()
    assert (library.active("demo").version, library.active("demo").note) == (3, "ours")
