"""The market's own command line: `python -m marketplace COMMAND`.

The same commands as `flask --app wsgi COMMAND`. One name differs: Flask has a list of `routes` of
its own, which knows no policies and no JSON and cannot be replaced there; here `routes` is ours.
"""

from __future__ import annotations

from flask import Flask
from flask.cli import FlaskGroup

from marketplace.app import create_app
from marketplace.cli.routes import routes


def _market() -> Flask:
    return create_app()


market = FlaskGroup(create_app=_market, help="Everything an operator may ask of the market.")
market.add_command(routes, "routes")

if __name__ == "__main__":
    market(prog_name="python -m marketplace")
