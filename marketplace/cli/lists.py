"""The market's lists made anew from the products."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from marketplace.catalog import listings
from marketplace.core import clock
from marketplace.core.work import transaction


@click.command("rebuild-lists")
@with_appcontext
def rebuild_lists() -> None:
    """Make lists, counts and search anew, after an import or a change of the words."""
    with transaction():
        count = listings.rebuild_all(clock.now())
    click.echo(f"{count} products")
