#!/bin/sh
# Chromium and redis-server for the tests: says what is missing, and installs it where it may.
set -eu
cd "$(dirname "$0")/.."

missing=
command -v redis-server >/dev/null || missing="$missing redis-server"
.venv/bin/python -W ignore -m tests.services.chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then root=
elif sudo -n true 2>/dev/null; then root="sudo -n"
else root=none
fi

if [ "$root" != none ] && command -v apt-get >/dev/null; then
    echo "Installing with apt-get, for the tests only:$missing"
    $root apt-get update -qq
    # shellcheck disable=SC2086  # a list of packages
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing
    exit 0
fi
echo "The tests need$missing. Please install (on Debian: apt-get install$missing) and run make test again." >&2
exit 1
