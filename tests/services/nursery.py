"""Processes of the market that begin in a tenth of the time: forked from one that has read it all.

    process = born([*FLASK, "worker"], env, log=folder / "worker.log")

A soak starts thousands of servers, and each would read the same two hundred modules and compile the
same templates. So one process reads them once, opens nothing, and is forked for each start; what
comes after (settings, database, sockets, signals) is every process's own, as after an `exec`.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.services.nursery_books"])
_one_at_a_time = threading.Lock()  # what `multiprocessing` knows of its children is no thread's own


class Child:
    """A process out of the nursery, with as much of `subprocess.Popen` as a market uses."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = int(process.pid or 0)

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        with _one_at_a_time:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        end = time.monotonic() + (timeout if timeout is not None else float("inf"))
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.01)
        return code

    def terminate(self) -> None:
        with _one_at_a_time:
            self._process.terminate()

    def kill(self) -> None:
        with _one_at_a_time:
            self._process.kill()


def born(words: Sequence[str], env: Mapping[str, str], *, log: Path) -> Child:
    """Start what `python WORDS...` would start, leader of a session of its own."""
    process = _forks.Process(target=_live, args=(list(words), dict(env), str(log)), daemon=True)
    with _one_at_a_time:
        process.start()
    return Child(process)


def _live(words: list[str], env: dict[str, str], log: str) -> None:
    multiprocessing.current_process().daemon = False  # a server forks processes of its own
    os.setsid()
    os.chdir(ROOT)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.close(out)
    tempfile.tempdir = None
    os.environ.clear()
    os.environ.update(env)
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    kind, name, *rest = words
    sys.argv = [name if kind == "-m" else "-c", *rest]
    if kind == "-m":
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    else:
        known: dict[str, Any] = {"__name__": "__main__"}
        exec(compile(name, "<in turn>", "exec"), known)  # noqa: S102 - our own words
