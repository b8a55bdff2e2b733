"""How a background process goes on until it is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType

import structlog
from sqlalchemy.exc import DBAPIError

from marketplace.core.db import db

PAUSE_SECONDS = 1.0
TROUBLE_SECONDS = 5.0
log = structlog.get_logger()


def rounds(over: threading.Event, one_round: Callable[[], bool]) -> None:
    """Go round after round; wait a little without work, longer while the database is away."""
    while not over.is_set():
        try:
            busy = one_round()
        except DBAPIError as fault:
            log.error("database_unavailable", error=type(fault.orig).__name__)
            over.wait(TROUBLE_SECONDS)
            continue
        finally:
            db.session.remove()
        if not busy:
            over.wait(PAUSE_SECONDS)


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set."""
    over = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return over
