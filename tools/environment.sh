#!/bin/sh
# Makes .venv and installs one lock file into it: tools/environment.sh LOCK STAMP
set -eu
lock=$1
stamp=$2

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

if ! fits .venv/bin/python; then
    python=
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if fits "$name"; then python=$name; break; fi
    done
    if [ -z "$python" ]; then
        echo "Python 3.11 or newer is needed and none was found (looked for python3, python3.11 to 3.14)." >&2
        echo "Install it, or name yours: make run PYTHON=/path/to/python3" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version) ..."
    rm -rf .venv
    if ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "$python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
fi

echo "Installing $lock into .venv (once, and again whenever it changes) ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
touch "$stamp"
