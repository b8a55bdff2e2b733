"""How events reach us: signed like Stripe's, and late, twice, reversed or never when asked."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from queue import Queue
from typing import Any

from stripe import WebhookSignature


@dataclass(slots=True)
class Sent:
    """One delivery and what our side answered; 0 when it did not answer."""

    event: str
    kind: str
    status: int


class Webhooks:
    """One endpoint. Switches may be turned at any time and hold for events from then on."""

    def __init__(self) -> None:
        self.url: str | None = None
        self.secret = ""
        self.copies = 1
        self.delay = 0.0
        self.dropping = False
        self.holding = False
        self.held: list[dict[str, Any]] = []
        self.sent: list[Sent] = []
        self._queue: Queue[dict[str, Any] | None] = Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def register(self, url: str, secret: str) -> None:
        """Where events go, and what they are signed with."""
        self.url, self.secret = url, secret

    def take(self, event: dict[str, Any]) -> None:
        """An event happened."""
        if self.url is None or self.dropping:
            return
        if self.holding:
            self.held.append(event)
        else:
            self._queue.put(event)

    def release(
        self, arrange: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = list
    ) -> list[Sent]:
        """Deliver what was held, arranged e.g. by `reversed_order`; answer what came back."""
        events, self.held = self.held, []
        before = len(self.sent)
        for event in arrange(events):
            self._deliver(event)
        return self.sent[before:]

    def settle(self) -> None:
        """Wait until everything under way has been delivered."""
        self._queue.join()

    def signed(self, event: dict[str, Any], *, at: int | None = None) -> tuple[bytes, str]:
        """The body and the header of one delivery."""
        body = json.dumps(event, indent=2)
        header = WebhookSignature.generate_signature_header(body, self.secret, at)
        return body.encode(), header

    def close(self) -> None:
        """Stop the postman."""
        self._queue.put(None)
        self._thread.join(timeout=15)

    def _run(self) -> None:
        while (event := self._queue.get()) is not None:
            time.sleep(self.delay)
            self._deliver(event)
            self._queue.task_done()
        self._queue.task_done()

    def _deliver(self, event: dict[str, Any]) -> None:
        for _ in range(self.copies):
            self.sent.append(Sent(event["id"], event["type"], self._post(event)))

    def _post(self, event: dict[str, Any]) -> int:
        body, header = self.signed(event)
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
        request = urllib.request.Request(str(self.url), body, headers)  # noqa: S310  # our own
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0


def reversed_order(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Last one first."""
    return events[::-1]
