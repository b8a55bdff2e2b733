"""How gunicorn serves the house: threads that wait, memory shared before the fork."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from marketplace.config import load
from marketplace.core.db import db

_house = load(os.environ)

bind = f"{_house.host}:{_house.port}"
workers = _house.web_processes
threads = _house.web_threads
worker_class = "gthread"
preload_app = True
keepalive = 60
timeout = 30
graceful_timeout = 30
max_requests = 50_000
max_requests_jitter = 5_000
limit_request_line = 4094
limit_request_field_size = 8190
accesslog = None
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeats only


def post_fork(server: Any, worker: Any) -> None:
    """Each process opens its own connections."""
    app = import_module("marketplace.serving").app  # there only once gunicorn has loaded it
    with app.app_context():
        db.engine.dispose(close=False)
