"""One step in a process that may die of it: `python -m tests.crash.money.hand holds she_agrees`."""

from __future__ import annotations

import sys
from importlib import import_module

from marketplace.app import create_app
from marketplace.core.db import db


def main(episode: str, step: str) -> None:
    with create_app().app_context():
        try:
            getattr(import_module(f"tests.crash.money.{episode}"), step)()
        finally:
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
