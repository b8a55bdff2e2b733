"""The application as our server takes it: without commands, and warm before it is forked.

What is loaded here is shared by all processes; what a process loads later is its own.
"""

from __future__ import annotations

import gc

from flask import Flask
from sqlalchemy.orm import configure_mappers

from marketplace.app import app_or_exit
from marketplace.catalog import words


def warm(app: Flask) -> None:
    """Load what the first visitors would wait for: templates, mappings, the stemmer's words."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    configure_mappers()
    words.stem("keripik")
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every shared page


app = app_or_exit(serving=True)
warm(app)
