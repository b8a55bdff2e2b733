"""The server: `python -m marketplace.serving`. Its processes are forked from one that is warm.

What is loaded here is shared by all processes; what a process loads later is its own. Any other
server may take `marketplace.serving:app`. Why granian: docs/decisions/0021.
"""

from __future__ import annotations

import ctypes
import gc
import os
import re
import signal
import sys
from contextlib import suppress
from functools import partial

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from marketplace.app import app_or_exit
from marketplace.catalog import words
from marketplace.config import Config
from marketplace.core.db import db

CONNECTIONS = 2_000  # held open by one process; waiting ones cost a few kilobytes, and no thread
HEADERS = 16 * 1024  # bytes of a request before its body
IDLE_MS = 60_000  # for the headers of the next request to arrive
GRACE_SECONDS = 30  # for what is under way when the market closes
LARGEST_MB = 600  # a process that grew beyond is replaced
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux
# Python looks for circles each 700 new objects; a page makes thousands, and hardly any circle.
OBJECTS_BETWEEN_LOOKS = 5_000


def warm(app: Flask) -> None:
    """Load what the first visitors would wait for: templates, mappings, words, statements."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    configure_mappers()
    words.stem("keripik")
    with suppress(SQLAlchemyError):  # a market whose database is away starts all the same
        _walk_through(app)
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every shared page
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)


def _walk_through(app: Flask) -> None:
    """See a page of each kind once, and leave no connection behind that a child could take."""
    try:
        visitor, base = app.test_client(), app.config["HOUSE"].base_url
        home = visitor.get("/", base_url=base).text
        shelf, product = (re.search(f'href="({kind}[^"]+)"', home) for kind in ("/k/", "/p/"))
        links = [link[1] for link in (shelf, product) if link]
        for path in (*links, "/cari?q=keripik+salak", "/keranjang", "/masuk"):
            visitor.get(path, base_url=base)
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def main() -> None:
    """Serve until somebody says stop; a process that dies is replaced."""
    house: Config = app.config["HOUSE"]
    Granian(
        "marketplace.serving:app",
        address=house.host,
        port=house.port,
        interface=Interfaces.WSGI,
        workers=house.web_processes,
        blocking_threads=house.web_threads,
        backpressure=CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=IDLE_MS, max_buffer_size=HEADERS),
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
        workers_max_rss=LARGEST_MB,
    ).serve(target_loader=partial(_in_a_process_of_its_own, os.getpid()), wrap_loader=False)


def _in_a_process_of_its_own(parent: int) -> Flask:
    """Called in each process after the fork: connections of its own, no life without its parent."""
    if sys.platform == "linux":
        # Not SIGTERM: until granian listens, the listener copied from the parent swallows it.
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it died before it could be said
        sys.exit(1)
    with app.app_context():
        db.engine.dispose(close=False)
    return app


app = app_or_exit(serving=True)
warm(app)

if __name__ == "__main__":
    main()
