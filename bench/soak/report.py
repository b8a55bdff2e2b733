"""What a soak says while it runs, and the table at its end."""

from __future__ import annotations

import threading
import time
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime


class Stopped(Exception):
    """Somebody wants the soak to end; what is under way is put away first."""


@dataclass
class Report:
    """Lines of several streams, each whole; faults are kept and never end anything."""

    faults: list[str] = field(default_factory=list)
    rows: list[tuple[str, str, str, int, float]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _begun: float = field(default_factory=time.monotonic)
    _one_line: threading.Lock = field(default_factory=threading.Lock)

    def say(self, words: str) -> None:
        """One line, with the minutes since the beginning."""
        with self._one_line:
            print(f"{(time.monotonic() - self._begun) / 60:6.1f} min  {words}", flush=True)

    def go_on(self) -> None:
        """Asked before each new piece of work."""
        if self.over.is_set():
            raise Stopped

    def fault(self, where: str, what: BaseException | str) -> None:
        """Something was lost: show it whole, keep its first words for the end."""
        shown = what if isinstance(what, str) else "".join(traceback.format_exception(what))
        first = what if isinstance(what, str) else f"{type(what).__name__}: {what}"
        self.faults.append(f"{where}: {' '.join(first.split())[:300]}")
        self.say(f"FAULT {where}\n{shown}")

    def done(self, kind: str, database: str, tried: str, found: int, seconds: float) -> None:
        """A part is over; `found` counts its faults."""
        self.rows.append((kind, database, tried, found, seconds))
        self.say(f"{kind} on {database}: {tried}; {found} faults; {seconds:.0f} s")

    def table(self) -> str:
        """Everything that was tried, as it stands in docs/reliability.md."""
        lines = [
            f"{datetime.now(UTC):%Y-%m-%d}, {(time.monotonic() - self._begun) / 60:.0f} min in all",
            "| what | database | tried | faults | seconds |",
            "|---|---|---|--:|--:|",
            *(
                f"| {kind} | {database} | {tried} | {found} | {seconds:.0f} |"
                for kind, database, tried, found, seconds in sorted(self.rows)
            ),
        ]
        return "\n".join([*lines, *(f"- {fault}" for fault in self.faults)])
