"""The import ladder of pyproject.toml holds, and it would notice if it did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house of two empty rooms and a worker under the same rules as ours."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("app", "app/tickets", "app/sla", "app/routing", "workers"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    return tmp_path


def test_no_room_imports_what_it_must_not():
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("room", "line", "rule"),
    [
        ("tickets", "import app.sla", "The ladder"),
        ("routing", "import app.sla", "The ladder"),
        ("tickets", "import flask", "Flask stays at the doors"),
        ("routing", "import SpiffWorkflow", "SpiffWorkflow stays in app.engine"),
        ("sla", "import dramatiq", "Dramatiq stays in workers"),
    ],
)
def test_a_forbidden_import_is_found(house, room, line, rule):
    assert lint_imports(house).returncode == 0
    (house / "app" / room / "__init__.py").write_text(f"{line}\n")
    answer = lint_imports(house)
    assert answer.returncode == 1
    assert any(rule in told and "BROKEN" in told for told in " ".join(answer.stdout.split()).split("KEPT"))
