"""The pages a newcomer reads first say what is so."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.channels.mail.listen import Envelope, Listener
from app.channels.mail.parse import parse
from app.cli import main
from app.config import Settings
from app.engine.functions import HELPERS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
README, OPERATIONS, OWNERS, ARCHITECTURE = (
    (ROOT / name).read_text()
    for name in ("README.md", "docs/operations.md", "docs/process-owners.md", "docs/architecture.md")
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
COMMAND = re.compile(r"(?:^|`)flowdesk ([a-z][^`\n#]*)", re.MULTILINE)


def variables() -> set[str]:
    """Every environment variable that is a setting."""
    fields = Settings.model_fields.items()
    return {str(field.validation_alias or f"FLOWDESK_{name.upper()}") for name, field in fields}


def names(text: str) -> set[str]:
    """Everything that stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


def layer(text: str) -> set[str]:
    """Return the modules one step of the ladder names."""
    return set(re.findall(r"app(?:\.\w+)+|workers", text))


def is_there(module: str) -> bool:
    place = ROOT / module.replace(".", "/")
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def test_every_setting_is_described_and_no_other():
    assert set(ROW.findall(OPERATIONS)) == variables()


def test_the_readme_describes_only_settings_there_are():
    assert set(ROW.findall(README)) <= variables()


def test_every_helper_of_the_expressions_is_described_and_no_other():
    table = re.search(r"\| Helper \|.*?\n\n", OWNERS, re.DOTALL)
    assert table
    assert set(re.findall(r"^\| `(\w+)\(", table[0], re.MULTILINE)) == set(HELPERS)


def test_every_operation_of_the_catalogue_is_described(tmp_path):
    command = [str(Path(sys.executable).parent / "flowdesk"), "process", "catalogue"]
    environment = os.environ | {"FLOWDESK_DATA": str(tmp_path)}
    said = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    catalogue = json.loads(said.stdout)
    assert set(catalogue["operations"]) - names(OWNERS) == set()
    assert set(catalogue["forms"]) - names(OWNERS) == set()


def test_every_message_the_drawings_know_is_described():
    drawn = {
        name
        for path in (ROOT / "processes").glob("*.bpmn")
        for name in re.findall(r'<bpmn:message .*?name="([^"]+)"', path.read_text())
    }
    assert len(drawn) > 10
    assert drawn - names(OWNERS) == set()


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document):
    for target in LINK.findall(document.read_text()):
        path, _, anchor = target.partition("#")
        if path.startswith(("https://", "http://")):
            continue
        found = (document.parent / path) if path else document
        assert found.exists(), target
        assert not anchor or anchor in anchors(found.read_text()), target


def test_the_walk_leads_through_eight_files():
    walk = README.partition("## A ten-minute walk")[2].partition("\n## ")[0]
    stops = re.findall(r"^\d\. \[`([^`]+)`\]\(([^)]+)\)", walk, re.MULTILINE)
    assert len(stops) == 8
    assert all(shown == target and (ROOT / target).is_file() for shown, target in stops)


def test_the_ladder_is_the_one_that_is_checked():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    checked = [layer(line) for line in contracts[0]["layers"]]
    block = ARCHITECTURE.partition("## Who may import whom")[2].split("```")[1]
    told = [layer(line) for line in block.strip().splitlines()]
    assert len(told) == len(checked)
    for ours, theirs in zip(told, checked, strict=True):
        assert {module for module in theirs if is_there(module)} <= ours <= theirs


def commands() -> Iterator[tuple[str, str]]:
    for document in PAGES:
        for line in COMMAND.findall(document.read_text()):
            yield document.name, line.strip()


@pytest.mark.parametrize(("document", "line"), sorted(set(commands())))
def test_every_command_is_there_with_its_options(document, line):
    words = shlex.split(re.split(r" [<>|] |  ", line)[0])
    found: click.Command = main
    while isinstance(found, click.Group) and words:
        assert words[0] in found.commands, line
        found = found.commands[words.pop(0)]
    known = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_mail_of_the_first_five_minutes_can_be_sent():
    block = next(block for block in README.split("```") if "smtplib" in block)
    kept: list[Envelope] = []
    listener = Listener("127.0.0.1", 0, kept.append)
    listener.start()
    try:
        program, option, script = shlex.split(block.strip().replace("2525", str(listener.port)))
        assert (program, option) == ("python3", "-c")
        subprocess.run([sys.executable, option, script], check=True, timeout=30)
    finally:
        listener.stop()
    [mail] = kept
    read = parse(mail.raw, mail_from=mail.mail_from, rcpt_to=mail.rcpt_to)
    assert mail.rcpt_to == ("support@flowdesk.localhost",)
    assert (read.kind, read.from_.email, read.subject) == ("message", "you@example.net", "My invoice is wrong")
    assert read.problems == ("Message-ID is missing", "Date is missing")
