"""The application as the server takes it, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.market import Market, market
from tests.services.net import wait_until

ROOT = Path(__file__).parent.parent
LOOK = """
import gc, json
from marketplace.serving import app
from marketplace.core.db import db
with app.app_context():
    left = db.engine.pool.checkedin() + db.engine.pool.checkedout()
print(json.dumps({"connections": left, "frozen": gc.get_freeze_count()}))
"""


def test_a_warm_server_leaves_no_connection_to_its_children_and_starts_without_a_database(
    tmp_path: Path,
) -> None:
    empty = {
        **os.environ,
        "APP_ENV": "test",
        "INSTANCE": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
        "SECRET_KEY": "a-secret-of-the-tests-only-0123456789",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=ROOT,
        env=empty,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["connections"] == 0
    assert said["frozen"] > 100_000


@pytest.fixture(scope="module")
def open_market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with market(tmp_path_factory.mktemp("serving"), WEB_PROCESSES="2") as made:
        made.open()
        yield made


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /healthz", 200),
        (b"GET /%ff%fe", 404),
        (b"GET /\xff", 400),
        (b"GET /" + b"a" * 20_000, 431),
        (b"TRACE /", 405),
    ],
)
def test_odd_addresses_are_answered_and_never_break_the_server(
    open_market: Market, head: bytes, status: int
) -> None:
    assert _answer(open_market, head) == status


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"X: " + b"a" * 20_000, 431),
        (b"\r\n".join(b"X%d: 1" % number for number in range(150)), 431),
        (b"Content-Length: 3\r\nContent-Length: 4", 400),
        (b"Content-Length: -3", 400),
        (b"Cookie: sid=\xff\xfe", 200),
    ],
)
def test_odd_headers_are_answered_and_never_break_the_server(
    open_market: Market, lines: bytes, status: int
) -> None:
    assert _answer(open_market, b"GET /healthz", lines + b"\r\n") == status


def test_a_dead_process_is_replaced_and_none_outlives_its_parent(tmp_path: Path) -> None:
    with market(tmp_path, WEB_PROCESSES="2") as made:
        made.open()
        parent = made.running["web"].pid
        first, second = _children(parent)
        _replaced(parent, first)
        wait_until(made.ready, what="the market")
        orphans = _replaced(parent, second)  # one serves, the other has not begun to listen
        os.kill(parent, signal.SIGKILL)
        wait_until(lambda: not any(map(_lives, orphans)), what="the end of all")


def _replaced(parent: int, child: int) -> list[int]:
    """The children of this parent in the moment that another stands in for the killed one."""
    os.kill(child, signal.SIGKILL)
    wait_until(
        lambda: len(_children(parent)) == 2 and child not in _children(parent),
        what="another process",
    )
    return _children(parent)


def _answer(made: Market, head: bytes, lines: bytes = b"") -> int:
    """The status of an answer to this request, sent as it is written here."""
    with socket.create_connection(("127.0.0.1", made.port), timeout=10) as line:
        line.sendall(head + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lines + b"\r\n")
        return int(line.recv(4096).split(b" ", 2)[1])


def _children(pid: int) -> list[int]:
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(one) for one in told.stdout.split()]


def _lives(pid: int) -> bool:
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(told.stdout.strip()) and not told.stdout.startswith("Z")
