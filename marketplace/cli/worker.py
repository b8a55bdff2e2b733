"""The background worker, and the same work on demand."""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from marketplace.cli.rounds import rounds, stop_on_signals
from marketplace.flows import daily
from marketplace.flows.worker import claim, perform, run_due


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do what was promised for later, until told to stop; the job at hand is finished first."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    broker = app.config["HOUSE"].broker_url
    over = stop_on_signals()
    if broker:
        # loaded by name: most markets run on one machine and need no broker
        import_module("marketplace.cli.relay").run(app, broker, over)
        return
    daily.begin()
    rounds(over, _one_round)


def _one_round() -> bool:
    """Promise what is due and do what is ready; whether there was anything to do."""
    daily.promise_due()
    ids = claim(limit=1)
    for job_id in ids:
        perform(job_id)
    return bool(ids)


@click.command("run-due-jobs")
@click.option("--until-empty", is_flag=True, help="also what that work promises in turn")
@with_appcontext
def run_due_jobs(until_empty: bool) -> None:
    """Do now what is due, and say how much it was."""
    click.echo(f"{run_due(until_empty=until_empty)} jobs")
