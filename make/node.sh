#!/bin/sh
# Print the folder that holds node and npm: the PATH's own when recent enough, else one fetched from PyPI.
set -eu

RECENT='process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'

if command -v npm >/dev/null && node -e "$RECENT" 2>/dev/null; then
    dirname "$(command -v npm)"
    exit 0
fi
if ! [ -e .tools/node/.installed ]; then
    echo "Fetching Node.js from PyPI, because there is none (18 or newer) on the PATH" >&2
    .venv/bin/python make/install.py --node requirements/node.txt >&2
    touch .tools/node/.installed
fi
echo "$(pwd)/.tools/node/bin"
