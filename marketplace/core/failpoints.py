"""Named places between two durable effects, where a test may end the process as a crash would."""

from __future__ import annotations

import os
import signal

_armed: tuple[str, int] | None = None
_count = 0


def arm(spec: str) -> None:
    """Die at the n-th passing of a named point: "buying.paid" or "buying.paid:3"; only in tests."""
    global _armed, _count
    name, _, nth = spec.partition(":")
    _armed = (name, int(nth or 1)) if name else None
    _count = 0


def passing(name: str) -> None:
    """Nothing, unless this point is armed: then the process ends at once, without cleaning up."""
    global _count
    if _armed is None or _armed[0] != name:
        return
    _count += 1
    if _count == _armed[1]:
        os.kill(os.getpid(), signal.SIGKILL)
