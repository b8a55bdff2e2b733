#!/usr/bin/env bash
# Everything a change must pass. Runs all steps even after a failure, and ends non-zero on any.
# What it installs: the packages of requirements-dev.lock into .venv (PostgreSQL among them), two
# Stripe stand-ins with a Node of their own into .cache, and Chromium and redis-server with apt-get
# where they are missing.
set -uo pipefail
cd "$(dirname "$0")/.."

echo "make test needs, and installs when missing: the Python packages of requirements-dev.lock in"
echo ".venv (a PostgreSQL among them), localstripe, emulate and a Node for it in .cache, Chromium"
echo "and redis-server (apt-get)."
make --no-print-directory .venv/ready-dev || exit 1
tools/system_packages.sh || exit 1
.venv/bin/python -m tests.services.localstripe || exit 1
.venv/bin/python -m tests.services.emulate || exit 1

failed=()
step() {
    local name=$1 begun=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    if "$@"; then
        printf '== %s: fine, %s s\n' "$name" "$((SECONDS - begun))"
    else
        printf '== %s: FAILED, %s s\n' "$name" "$((SECONDS - begun))"
        failed+=("$name")
    fi
}

step "Lint" .venv/bin/ruff check .
step "Format" .venv/bin/ruff format --check .
step "Types" .venv/bin/mypy
step "Tests on SQLite" env TEST_DATABASE=sqlite .venv/bin/python -m pytest
step "Tests on PostgreSQL" env TEST_DATABASE=postgresql .venv/bin/python -m pytest

echo
if [ ${#failed[@]} -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[@]}"
    exit 1
fi
echo "All fine."
