"""Run every benchmark, one after the other: python -m bench."""

import subprocess
import sys
from pathlib import Path

for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    print(f"Running bench/{file.name}", flush=True)
    subprocess.run([sys.executable, str(file)], check=True)
