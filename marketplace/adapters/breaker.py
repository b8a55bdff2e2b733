"""A provider that keeps failing is left alone for a while instead of making buyers wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable


class Breaker:
    """Five failures within half a minute open it; after half a minute one call may try.

    It lives in one process: each worker finds out for itself, which costs five calls at most.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        within: float = 30.0,
        rest: float = 30.0,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._within, self._rest, self._ticks = within, rest, ticks
        self._failed_at: deque[float] = deque(maxlen=failures)
        self._opened_at: float | None = None
        self._trying = False
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Whether a call may go out now; a caller told yes reports back how it went."""
        with self._lock:
            if self._opened_at is None:
                return True
            if self._trying or self._ticks() - self._opened_at < self._rest:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        """An answer came, whatever it said: the provider is there."""
        with self._lock:
            self._failed_at.clear()
            self._opened_at = None
            self._trying = False

    def failed(self) -> None:
        """No answer came."""
        with self._lock:
            now = self._ticks()
            self._failed_at.append(now)
            full = len(self._failed_at) == self._failed_at.maxlen
            if self._trying or (full and now - self._failed_at[0] <= self._within):
                self._opened_at = now
            self._trying = False
