"""Set right what was left open, and check that the whole database keeps its promises."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from marketplace.core import clock
from marketplace.core.work import at_one_moment
from marketplace.flows import provider_messages, seals
from marketplace.flows import reconcile as flow
from marketplace.orders import invariants


@click.command("reconcile")
@click.option("--once", is_flag=True, help="one look, then end (the worker does it all the time)")
@click.option("--days", default=30, show_default=True, help="how far back providers are asked")
@with_appcontext
def reconcile(once: bool, days: int) -> None:
    """Settle what a crash, a lost message or an outage left open; a second run finds nothing."""
    if not once:
        raise click.UsageError("say --once: going round is the worker's work")
    found = flow.run(since=flow.days(days))
    for name, count in asdict(found).items():
        click.echo(f"{name:12} {count}")
    for kind, count in provider_messages.ignored(since=clock.now() - flow.days(days)).items():
        click.echo(f"{'ignored':12} {count} {kind}")
    if found.unreachable:
        sys.exit(1)


@click.command("check-invariants")
@click.option("--json", "as_json", is_flag=True, help="as JSON")
@with_appcontext
def check_invariants(as_json: bool) -> None:
    """Look through the whole database in one reading; exit 1 when a promise is broken."""
    with at_one_moment():
        found = invariants.check_all()
        torn = seals.first_broken()
        found["V3"] = [] if torn is None else [["history", torn]]
    broken = {name: rows for name, rows in found.items() if rows}
    if as_json:
        click.echo(json.dumps({"ok": not broken, "broken": found}, indent=1, default=str))
    else:
        for name, rows in found.items():
            click.echo(f"{name}  {rows or 'ok'}")
    if broken:
        sys.exit(1)
