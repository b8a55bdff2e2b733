"""Our side of a provider's wire: keeps every message that is posted to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.services.net import wait_until


class Hook:
    """Where messages arrive: `got` holds body and signature, `status` is what it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.status = 204
        self.url = ""

    @property
    def kinds(self) -> list[str]:
        """What has been said so far, oldest first."""
        return [json.loads(body)["type"] for body, _ in self.got]

    def wait_for(self, kind: str) -> tuple[bytes, str]:
        """The first message of this kind, as soon as it is here."""
        wait_until(lambda: kind in self.kinds, what=kind)
        return self.got[self.kinds.index(kind)]


@contextmanager
def listening_hook() -> Iterator[Hook]:
    """Run one on a free port."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append((body, self.headers["Stripe-Signature"]))
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
