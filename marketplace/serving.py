"""The application as our server takes it: without commands, and warm before it is forked.

What is loaded here is shared by all processes; what a process loads later is its own.
"""

from __future__ import annotations

import gc
import re
from contextlib import suppress

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from marketplace.app import app_or_exit
from marketplace.catalog import words
from marketplace.core.db import db

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


app = app_or_exit(serving=True)
warm(app)
