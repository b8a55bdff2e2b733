"""Flask commands, one file a duty."""

from __future__ import annotations

from flask import Flask

from marketplace.cli import lists, people, reconcile, routes, seed, serve, worker

COMMANDS = (
    serve.serve,
    seed.seed,
    seed.load_reference,
    worker.worker,
    worker.run_due_jobs,
    reconcile.reconcile,
    reconcile.check_invariants,
    lists.rebuild_lists,
    people.appoint,
    people.withdraw_consent,
    routes.routes,
)


def register(app: Flask) -> None:
    """Offer every command under `flask --app wsgi`."""
    for command in COMMANDS:
        app.cli.add_command(command)
