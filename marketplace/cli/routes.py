"""List every route with its policy, for people and for the isolation tests."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("doors")
@click.option("--json", "as_json", is_flag=True, help="as JSON")
@with_appcontext
def routes(as_json: bool) -> None:
    """Show each route, its methods and who may use it."""
    found = [
        {
            "path": rule.rule,
            "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            "endpoint": rule.endpoint,
            "policy": getattr(
                getattr(current_app.view_functions[rule.endpoint], "policy", None), "name", None
            ),
        }
        for rule in current_app.url_map.iter_rules()
    ]
    found.sort(key=lambda route: str(route["path"]))
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for route in found:
        click.echo(f"{route['policy'] or '-':12} {','.join(route['methods']):10} {route['path']}")
