#!/bin/sh
# Make .venv with the first Python that can; say in a sentence what is missing when none can.
set -eu

NEEDED='import sys; sys.exit(sys.version_info < (3, 11))'
too_old=""
bare=""

fail() {
    echo "$1" >&2
    exit 1
}

for name in python3 python python3.14 python3.13 python3.12 python3.11; do
    version=$("$name" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
    if ! "$name" -c "$NEEDED"; then
        too_old="$too_old $name is $version,"
    elif "$name" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "Making .venv with Python $version"
        "$name" -m venv --clear .venv || fail "Python $version could not make .venv; its own words are above."
        exit 0
    else
        bare="${bare:-$name}"
    fi
done

if [ -n "$bare" ] && command -v uv >/dev/null; then
    echo "Making .venv with $bare and uv"
    exec uv venv --quiet --clear --seed --python "$bare" .venv
fi
if [ -n "$bare" ] && "$bare" -m pip --version >/dev/null 2>&1; then
    echo "Making .venv with $bare and its pip"
    "$bare" -m venv --clear --without-pip .venv
    exec "$bare" -m pip --python .venv/bin/python install --quiet pip
fi

[ -z "$bare" ] || fail "$bare cannot make virtual environments: its venv module is missing (on Debian and Ubuntu: apt install python3-venv)."
[ -z "$too_old" ] || fail "Flowdesk needs Python 3.11 or newer, but here${too_old%,}. Install a newer one and run the command again."
fail "Flowdesk needs Python 3.11 or newer, and there is no Python on the PATH. Install one and run the command again."
