"""Run every benchmark, one after the other: python -m bench. Each prints `name  figure  goal`, and has its time."""

import subprocess
import sys
import time
from pathlib import Path

MINUTES = 15
"""All together; the last ones are stopped when it is up."""


def main() -> int:
    """Run them; return 1 when one failed or was stopped."""
    files = sorted(Path(__file__).parent.glob("[a-z]*.py"))
    deadline, failed = time.monotonic() + 60 * MINUTES, []
    for file in files:
        print(f"\nbench/{file.name}", flush=True)
        try:
            subprocess.run([sys.executable, str(file)], check=True, timeout=max(1, deadline - time.monotonic()))
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"bench/{file.name} did not finish: {error}", flush=True)
            failed.append(file.name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
