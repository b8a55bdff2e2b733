"""Flask commands, one file a duty."""

from __future__ import annotations

from flask import Flask

from marketplace.cli import routes, worker

COMMANDS = (routes.routes, worker.worker, worker.run_due_jobs)


def register(app: Flask) -> None:
    """Offer every command under `flask --app wsgi`."""
    for command in COMMANDS:
        app.cli.add_command(command)
