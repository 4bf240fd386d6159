"""What every file of the house keeps to, whoever writes it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".json",
    ".mjs",
    ".js",
    ".css",
    ".html",
    ".sh",
    ".txt",
    ".in",
    ".bpmn",
    ".dmn",
    "",
}
NOT_OURS = {".git", ".venv", ".tools", "node_modules", "var", "dist", "build", "__pycache__", "test-results"}
CODE = sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "workers").rglob("*.py")])
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "services", "service", "manager", "managers", "misc"}
# Spelled in pieces, so that this file passes its own rule.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:root|home|Users|work)" + r"/\w")
REGISTRIES = re.compile(r"(?:pypi|pythonhosted|npmjs|npmmirror|yarnpkg)" + r"\.(?:org|com)")
ADDRESSES = re.compile(r"\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}:\d{2,5}\b")


def our_files() -> list[Path]:
    """The files git keeps or would keep; outside a checkout, all that are not made by the commands."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [p for p in ROOT.rglob("*") if not NOT_OURS.intersection(p.relative_to(ROOT).parts)]
    return sorted(path for path in paths if path.is_file() and path.suffix in TEXT)


FILES = our_files()


def offenders(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in FILES:
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
    return found


def test_there_is_something_to_look_at():
    assert len(FILES) > 20
    assert ROOT / "pyproject.toml" in FILES


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRIES, ADDRESSES], ids=["paths", "registries", "addresses"])
def test_no_file_names_a_place_on_one_machine(pattern):
    assert offenders(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE_PATHS, "see /ro" + "ot/x"),
        (REGISTRIES, "https://py" + "pi.org/simple"),
        (ADDRESSES, "10.1.2." + "3:8080"),
    ],
)
def test_a_place_on_one_machine_would_be_found(pattern, line):
    assert pattern.search(line)


def test_the_readme_is_short_and_names_both_commands():
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 150
    assert "\nmake run\n" in text
    assert "\nmake test\n" in text


def test_every_picture_and_link_of_the_readme_is_there():
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_no_file_of_code_is_long():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in CODE}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_no_module_is_named_after_nothing():
    assert [str(path.relative_to(ROOT)) for path in CODE if FORBIDDEN_NAMES & {path.stem, path.parent.name}] == []


def test_nothing_is_left_to_do():
    left = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert [line for line in offenders(left) if line.startswith(("app/", "workers/", "tests/"))] == []


def test_no_test_is_skipped():
    skips = re.compile(r"pytest\.(?:mark\.)?(?:sk" + r"ip|skip" + r"if|xf" + r"ail|importor" + r"skip)\b")
    assert [line for line in offenders(skips) if line.startswith("tests/")] == []
