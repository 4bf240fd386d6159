"""Files other tools made: what explains is let be, what is not run is named by its element, nothing is a traceback."""

import codecs
import json
from pathlib import Path

import pytest
from drawings import LOOP
from flask import Flask

from app import engine
from app.db import db

FOREIGN = Path(__file__).parent / "foreign"
EXPECTED: dict[str, dict[str, list[list[str]]]] = json.loads((FOREIGN / "index.json").read_text())
HEADED = '<?xml version="1.0" encoding="{}"?>\n' + LOOP.replace("Demo", "Größe")
UTF_16_LE = codecs.BOM_UTF16_LE + HEADED.format("UTF-16").encode("utf-16-le")
UTF_16_BE = codecs.BOM_UTF16_BE + HEADED.format("utf-16").encode("utf-16-be")
ENCODED = {
    "UTF-8": HEADED.format("UTF-8").encode(),
    "UTF-8 that does not say so": LOOP.replace("Demo", "Größe").encode(),
    "UTF-8 with a byte order mark": codecs.BOM_UTF8 + HEADED.format("utf-8").encode(),
    "UTF-16, little end first": UTF_16_LE,
    "UTF-16, big end first": UTF_16_BE,
    "UTF-16 without a byte order mark": HEADED.format("UTF-16LE").encode("utf-16-le"),
    "Latin 1": HEADED.format("iso-8859-1").encode("latin-1"),
    "Windows": HEADED.format("windows-1252").encode("cp1252"),
    "lines of Windows": HEADED.format("UTF-8").replace(">", ">\r\n").encode(),
    "single quotes": HEADED.format("UTF-8").replace('"UTF-8"', "'UTF-8'").encode(),
}
UNREADABLE = {
    "UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>' + LOOP.encode(),
    "an encoding that runs": b'<?xml version="1.0" encoding="unicode_escape"?>' + LOOP.encode(),
    "an encoding that unpacks": b'<?xml version="1.0" encoding="zlib_codec"?>' + LOOP.encode(),
    "UTF-32": codecs.BOM_UTF32_LE + LOOP.encode("utf-32-le"),
    "half a character": codecs.BOM_UTF16_LE + LOOP.encode("utf-16-le") + b"<",
    "Latin 1 that says UTF-8": HEADED.format("UTF-8").encode("latin-1"),
    "no file at all": b"",
    "nulls": b"\0" * 1_000,
    "a picture": bytes(range(256)) * 10,
}


def told(found: list[engine.Problem], severity: str) -> list[tuple[str, str]]:
    return [(problem.element, problem.message) for problem in found if problem.severity == severity]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_of_another_tool_is_answered_element_by_element(checking_app: Flask, name: str) -> None:
    found = engine.check((FOREIGN / name).read_bytes())
    for severity in ("error", "warning"):
        said, expected = told(found, severity), EXPECTED[name][f"{severity}s"]
        assert len(said) == len(expected), said
        for element, words in expected:
            assert any(where == element and words in message for where, message in said), said


def test_every_file_of_another_tool_is_expected() -> None:
    assert {path.name for path in FOREIGN.iterdir()} == {*EXPECTED, "index.json"}


@pytest.mark.parametrize("name", [name for name, one in EXPECTED.items() if not one["errors"] and "bpmn" in name])
def test_a_file_of_another_tool_without_errors_runs(engine_app: Flask, name: str) -> None:
    engine.deploy((FOREIGN / name).read_text(), note="from elsewhere", by="agent:1")
    assert engine.deliver("request.received", "ticket:1", {"ticket": 1}, by="contact:1") == 1
    engine.save_all()
    db.session.commit()
    db.session.remove()
    assert not engine.incidents()


@pytest.mark.parametrize("prefix", ["bpmn2:", "semantic:", "model-1:", ""])
def test_the_prefix_of_a_file_does_not_matter(engine_app: Flask, prefix: str) -> None:
    declared = f"xmlns:{prefix[:-1]}=" if prefix else "xmlns="
    xml = LOOP.replace("xmlns:bpmn=", declared).replace("<bpmn:", f"<{prefix}").replace("</bpmn:", f"</{prefix}")
    xml = xml.replace('"bpmn:tFormal', f'"{prefix}tFormal')
    xml = xml.replace("xmlns:spiffworkflow=", "xmlns:s=").replace("spiffworkflow:", "s:")
    assert engine.check(xml) == []
    engine.deploy(xml, note="n", by="agent:1")
    assert engine.deliver("request.received", "ticket:1", {"ticket": 1}, by="contact:1") == 1


@pytest.mark.parametrize("name", ENCODED)
def test_a_file_of_a_usual_encoding_is_understood_and_kept_as_utf_8(engine_app: Flask, name: str) -> None:
    assert engine.check(ENCODED[name]) == []
    kept = engine.deploy(engine.as_text(ENCODED[name]), note="n", by="agent:1")
    assert kept.name == "Größe"
    assert engine.check(kept.xml.encode()) == []
    assert "UTF-16" not in kept.xml.upper()


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_one_sentence(checking_app: Flask, name: str) -> None:
    [problem] = engine.check(UNREADABLE[name])
    assert problem.element == ""
    assert problem.message.endswith(".")
