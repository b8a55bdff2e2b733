#!/bin/sh
# Writes requirements.lock and requirements-dev.lock: every package, every hash, every platform.
# Packages already locked keep their version; `tools/lock.sh --upgrade` lets them move.
set -eu
cd "$(dirname "$0")/.."

resolver=.cache/lock
if [ ! -x "$resolver/bin/uv" ]; then
    .venv/bin/python -m venv "$resolver"
    "$resolver/bin/python" -m pip install --quiet --disable-pip-version-check uv==0.13.9
fi

lock() {
    "$resolver/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links --output-file "$@"
}
lock requirements.lock "$@" requirements.txt
lock requirements-dev.lock "$@" --constraint requirements.lock requirements-dev.txt
