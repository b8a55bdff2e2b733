"""Everything a market's process reads before it looks at its settings; see `nursery`."""

from __future__ import annotations

import gc
import tempfile
from importlib import import_module
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.orm import configure_mappers

from marketplace.app import create_app
from marketplace.catalog import words
from marketplace.core.db import db


class KeptInMemory(BytecodeCache):
    """What a template was compiled to, for every process that is forked later."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def read() -> None:
    """Build a market that nobody visits, so that all it needs has been read and compiled."""
    Flask.jinja_options = {"bytecode_cache": KeptInMemory()}
    for name in ("granian", "granian.server", "granian.wsgi", "psycopg", "flask.cli",
                 "sqlalchemy.dialects.postgresql.psycopg",
                 "marketplace.adapters.stripe_gateway"):  # fmt: skip
        import_module(name)
    with tempfile.TemporaryDirectory() as home:
        app = create_app(
            {
                "APP_ENV": "test",
                "INSTANCE": home,
                "DATABASE_URL": f"sqlite:///{Path(home) / 'guyub.sqlite3'}",
                "SECRET_KEY": "a-secret-of-the-tests-only-0123456789",
            }
        )
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
        with app.app_context():
            db.engine.dispose()
    configure_mappers()
    words.stem("keripik")
    gc.collect()
    gc.freeze()


read()
