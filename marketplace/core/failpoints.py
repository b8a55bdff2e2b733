"""Named places between two durable effects, where a test may end the process as a crash would."""

from __future__ import annotations

import os
import signal

_armed: tuple[str, int] | None = None
_count = 0
_log = ""


def arm(spec: str, *, log: str = "") -> None:
    """Die at the n-th passing of a named point: "buying.placed" or "buying.placed:3".

    Every point that is passed is written to the file `log`, one name a line. Only in tests.
    """
    global _armed, _count, _log
    name, _, nth = spec.partition(":")
    _armed = (name, int(nth or 1)) if name else None
    _count, _log = 0, log


def passing(name: str) -> None:
    """Nothing, unless this point is armed: then the process ends at once, without cleaning up."""
    global _count
    if _log:
        with open(_log, "a") as file:
            file.write(f"{name}\n")
    if _armed is None or _armed[0] != name:
        return
    _count += 1
    if _count == _armed[1]:
        os.kill(os.getpid(), signal.SIGKILL)
