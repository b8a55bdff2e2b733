"""Reference data for every market, and the example market."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace.demo import crowd
from marketplace.demo import seed as demo
from marketplace.flows import reference


@click.command("load-reference")
@with_appcontext
def load_reference() -> None:
    """Load places, shelves, search words and postage zones; again is harmless."""
    reference.load(say=click.echo)


@click.command("seed")
@click.option("--products", type=click.IntRange(1, 1_000_000), help="a large market of so many")
@with_appcontext
def seed(products: int | None) -> None:
    """Fill an empty market with the example shops, or with a crowd of products to measure."""
    if current_app.config["HOUSE"].production:
        raise click.ClickException("Pasar contoh tidak dipasang di production.")
    reference.load(say=click.echo)
    if products:
        crowd.fill(products, say=click.echo)
    elif demo.is_empty():
        demo.fill(say=click.echo)
    else:
        click.echo("Pasar ini sudah berisi; tidak ada yang diubah.")
