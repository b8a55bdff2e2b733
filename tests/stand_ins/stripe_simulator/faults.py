"""What can go wrong between us and Stripe, switched on for the next calls."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

KINDS = {
    "refuse",  # the line is cut before anything happened
    "hang",  # no answer for `seconds`; then the call is carried out after all
    "500",  # nothing happened, and the failure is kept for the idempotency key
    "500_after_effect",  # it happened, but the answer says failure, also when repeated
    "drop_after_effect",  # it happened, and the line is cut before the answer
    "429",  # too many calls; nothing happened, nothing is kept
    "409",  # another call with this key is under way; nothing happened
    "404",  # an address that this Stripe does not have
    "garbage",  # an answer that is no JSON
}


@dataclass(slots=True)
class Fault:
    """One kind of trouble for the next `times` calls whose "METHOD /path" matches."""

    kind: str
    path: str
    times: int
    seconds: float


class Faults:
    """The troubles that wait; used up in the order they were added."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()
        self.gate = threading.Event()

    def add(self, kind: str, *, path: str = ".*", times: int = 1, seconds: float = 60) -> None:
        """Let the next calls fail; `path` is a pattern for e.g. `POST /v1/refunds`."""
        if kind not in KINDS:
            raise ValueError(f"{kind} is none of {sorted(KINDS)}")
        with self._lock:
            self._waiting.append(Fault(kind, path, times, seconds))

    def clear(self) -> None:
        """No more trouble; calls that hang go on."""
        with self._lock:
            self._waiting.clear()
        self.gate.set()
        self.gate = threading.Event()

    def take(self, call: str) -> Fault | None:
        """The trouble for this call, if any."""
        with self._lock:
            for fault in self._waiting:
                if re.search(fault.path, call):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None
