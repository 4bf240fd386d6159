"""The lock files pin and hash everything, name no host, agree with each other and bring no GPL."""

import json
import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(\S+)", re.MULTILINE)
COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )A?GPL|(?<!Lesser )General Public License", re.IGNORECASE)
LESSER = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)


def pins(name: str) -> set[tuple[str, str]]:
    return set(PIN.findall((ROOT / "requirements" / f"{name}.txt").read_text()))


def licence(name: str) -> str:
    about = distribution(name).metadata
    classifiers = [line for line in about.get_all("Classifier", []) if line.startswith("License")]
    return " | ".join(filter(None, [about.get("License-Expression"), about.get("License", "")[:80], *classifiers]))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_line_is_a_pin_or_its_hash(lock):
    text = re.sub(r"\\\n\s*", "", lock.read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    for line in lines:
        assert PIN.match(line), line
        assert "--hash=sha256:" in line, line


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / ".npmrc"], ids=lambda path: path.name)
def test_a_lock_names_no_host_and_no_place(lock):
    text = lock.read_text()
    for sign in ("://", "file:", "--index", "--find-links", "registry=", "/root", "/home", "/tmp"):
        assert sign not in text


def test_the_lock_of_the_browser_libraries_is_hashed_and_names_no_registry():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            assert "resolved" not in package, name


def test_the_locks_agree():
    assert pins("default") < pins("prod") < pins("dev")


def test_the_default_lock_holds_what_the_project_asks_for():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[\[<>=]", line)[0].lower().replace(".", "-").replace("_", "-") for line in asked}
    assert names <= {name for name, _ in pins("default")}


def test_no_default_package_is_under_the_gpl():
    told = {name: licence(name) for name, _ in pins("default") if installed_here(name)}
    assert len(told) > 50
    assert {name: text for name, text in told.items() if is_gpl(text)} == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("AGPL-3.0", True),
        ("LGPL-3.0-only", False),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", False),
        ("Apache-2.0", False),
    ],
)
def test_a_gpl_licence_is_told_from_a_lesser_one(text, expected):
    assert is_gpl(text) is expected


def is_gpl(text: str) -> bool:
    return bool(COPYLEFT.search(text)) and not LESSER.search(text)


def installed_here(name: str) -> bool:
    # A universal lock also holds packages of other systems and Python versions.
    lock = (ROOT / "requirements" / "default.txt").read_text()
    line = next(line for line in lock.splitlines() if re.match(rf"{re.escape(name)}(\[|==)", line))
    return ";" not in line
