"""The simulator's desk: its file, its clock, and the signed messages it sends."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from marketplace.adapters.signed_events import check_signature, sign
from marketplace.adapters.simulator_file import insert, make_tables, moment, stamp, written
from marketplace.core import clock
from marketplace.core.ids import new_code
from marketplace.orders.ports import EventRefused, ProviderEvent


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """A message ready for our own hook: post `body` with `signature`."""

    id: str
    body: bytes
    signature: str


class SimulatorDesk:
    """What every part of the simulator shares."""

    name = "simulator"

    def __init__(
        self,
        file: Path,
        *,
        secret: str,
        guard: Callable[[], None],
        base_url: str = "",
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        if len(secret) < 16:
            raise ValueError("the simulator signs its messages: its secret needs 16 characters")
        self._file, self._secret, self._guard = file, secret, guard
        self._base_url, self._now = base_url.rstrip("/"), now
        make_tables(file)

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """Believe only what the simulator itself signed a moment ago."""
        check_signature(body, signature, [self._secret], now=now)
        try:
            said = json.loads(body)
            return ProviderEvent(
                id=said["id"],
                kind=said["type"],
                object_reference=said["object_reference"],
                livemode=False,
                account=None,
                created_at=moment(said["created"]),
            )
        except (ValueError, TypeError, LookupError):
            raise EventRefused("not_an_event") from None

    def pending_events(self) -> list[SignedEvent]:
        """Messages that our hook has not taken yet, oldest first, freshly signed."""
        with self._writing() as db:
            rows = db.execute("SELECT * FROM events WHERE NOT delivered ORDER BY number").fetchall()
        return [self._signed(row) for row in rows]

    def mark_delivered(self, event_id: str) -> None:
        """The hook has taken this message."""
        with self._writing() as db:
            db.execute("UPDATE events SET delivered = 1 WHERE id = ?", (event_id,))

    def deliver(self, post: Callable[[bytes, str], int]) -> int:
        """Hand every pending message to `post(body, signature)`; a 2xx answer takes it.

        How many were taken. What was not taken comes again, as a real provider would do it.
        """
        taken = 0
        for event in self.pending_events():
            if 200 <= post(event.body, event.signature) < 300:
                self.mark_delivered(event.id)
                taken += 1
        return taken

    def _signed(self, row: sqlite3.Row) -> SignedEvent:
        said = {
            "id": row["id"],
            "object": "simulator.event",
            "type": row["kind"],
            "object_reference": row["object_reference"],
            "created": row["created_at"],
            "livemode": False,
        }
        body = json.dumps(said).encode()
        return SignedEvent(row["id"], body, sign(body, self._secret, at=self._now()))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One step of the provider; it stands in for a network call."""
        self._guard()
        with written(self._file) as db:
            yield db

    def _announce(self, db: sqlite3.Connection, kind: str, reference: str) -> None:
        insert(
            db,
            "events",
            {
                "id": new_reference("simevt"),
                "kind": kind,
                "object_reference": reference,
                "created_at": stamp(self._now()),
            },
        )


def new_reference(kind: str) -> str:
    """A name that nobody can guess."""
    return f"{kind}_{new_code()}{new_code()}"
