"""A Redis of its own on a free port, in memory only."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests.services.net import answers, free_port, stop, wait_until


@contextmanager
def redis_server() -> Iterator[str]:
    """Give the address of a running, empty Redis, e.g. `redis://127.0.0.1:41234/0`."""
    program = shutil.which("redis-server")
    if program is None:
        raise FileNotFoundError("redis-server is not installed; `make test` says how to get it")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="guyub-redis-") as folder:
        process = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
            + ["--save", "", "--appendonly", "no", "--daemonize", "no"],
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: answers(port), what="Redis")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            stop(process)
